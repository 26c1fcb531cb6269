using KmsGateway.Evidence.Signing;

namespace KmsGateway.Proxy.Protection;

/// <summary>How many spans, and the ids of the first: zeros where the ids themselves are what is wrong.</summary>
internal readonly record struct SpanExample(int Count, string TraceId, string SpanId)
{
    public SpanExample And(CanonicalSpan span) => Count == 0
        ? new(1, Convert.ToHexStringLower(span.TraceId), Convert.ToHexStringLower(span.SpanId))
        : this with { Count = Count + 1 };
}
