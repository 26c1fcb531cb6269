namespace KmsGateway.Evidence.Otlp;

/// <summary>The five parts of a span that have a digest of their own, in the order in which reports name them.</summary>
public enum SpanGroup
{
    /// <summary>Ids, name, kind, times, status.</summary>
    Core = 0,

    /// <summary>Span attributes.</summary>
    Attributes = 1,

    Events = 2,

    Links = 3,

    /// <summary>Resource attributes and the name and version of the scope.</summary>
    Resource = 4,
}
