namespace KmsGateway.Evidence.Otlp;

/// <summary>Where an outermost attribute stands.</summary>
public enum AttributeScope
{
    Span = 0,
    Event = 1,
    Link = 2,
}
