namespace KmsGateway.Evidence.Otlp;

/// <summary>The fields of a span that are not lists, as they were sent. Texts may not be valid UTF-8; ids may have any length.</summary>
public ref struct SpanCore
{
    public ReadOnlySpan<byte> TraceId;
    public ReadOnlySpan<byte> SpanId;
    public ReadOnlySpan<byte> ParentSpanId;
    public ReadOnlySpan<byte> Name;
    public ReadOnlySpan<byte> StatusMessage;
    public ulong StartTime;
    public ulong EndTime;

    /// <summary>An enum as it was sent: a negative one is a large one.</summary>
    public ulong Kind;

    /// <inheritdoc cref="Kind"/>
    public ulong StatusCode;
}
