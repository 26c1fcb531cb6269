namespace KmsGateway.Evidence.Otlp;

/// <summary>Where in a body a span lies that somebody asked for, as offsets.</summary>
public struct SpanView
{
    /// <summary>The content of its ResourceSpans: the message's fields, or the JSON object with its braces.</summary>
    public Range ResourceSpans;

    /// <inheritdoc cref="ResourceSpans"/>
    public Range ScopeSpans;

    /// <inheritdoc cref="ResourceSpans"/>
    public Range Span;

    /// <summary>Its place among all spans of the request, from 0.</summary>
    public int Index;

    /// <summary>A span or resource attribute has a key that was asked for.</summary>
    public bool IsWanted;

    /// <summary>A span attribute has a reserved key.</summary>
    public bool HasReserved;

    /// <summary>Protobuf: the span's <see cref="MessageNode"/>.</summary>
    public int Node;

    /// <summary>JSON: the span's attributes.</summary>
    public JsonAttributesView JsonAttributes;
}
