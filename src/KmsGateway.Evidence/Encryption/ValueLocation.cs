using KmsGateway.Evidence.Otlp;

namespace KmsGateway.Evidence.Encryption;

/// <summary>Where an encrypted value stands, as it is found there (docs/format.md, E-8 and E-12).</summary>
/// <param name="Tenant">Whose it is said to be; null if nobody says so.</param>
/// <param name="TraceId">In lower hex; empty if the span has none that is one.</param>
/// <param name="SpanId">In lower hex; empty if the span has none that is one.</param>
/// <param name="Scope">Where the attribute is.</param>
/// <param name="Key">As it stands there; may not be valid UTF-8.</param>
public sealed record ValueLocation(string? Tenant, string TraceId, string SpanId, AttributeScope Scope, ReadOnlyMemory<byte> Key);
