namespace KmsGateway.Proxy.Protection;

/// <summary>How many spans, and the ids of the first: zeros where the ids themselves are what is wrong.</summary>
internal readonly record struct UnsignableExample(int Count, string TraceId, string SpanId);
