namespace KmsGateway.Keys.Audit;

/// <summary>One entry of the audit trail, as canonical JSON.</summary>
internal sealed record StoredAudit(long N, string Entry);
