namespace KmsGateway.Evidence.Otlp;

internal static class SpanGroups
{
    public static SpanGroup Of(AttributeScope scope) => scope switch
    {
        AttributeScope.Event => SpanGroup.Events,
        AttributeScope.Link => SpanGroup.Links,
        _ => SpanGroup.Attributes,
    };
}
