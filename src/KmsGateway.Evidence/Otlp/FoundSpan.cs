namespace KmsGateway.Evidence.Otlp;

/// <summary>A span with attributes that somebody asked for.</summary>
public struct FoundSpan
{
    /// <summary>Its place among the spans of the scan.</summary>
    public int Span;

    /// <summary>Where its attributes stand in the search.</summary>
    public Range Attributes;

    /// <summary>Where in the body its trace id is written: the bytes, or the JSON token with its quotes. Empty if it is not.</summary>
    public Range TraceId;

    /// <inheritdoc cref="TraceId"/>
    public Range SpanId;
}
