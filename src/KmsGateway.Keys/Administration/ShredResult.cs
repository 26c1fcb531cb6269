namespace KmsGateway.Keys.Administration;

/// <summary>A seed that was destroyed.</summary>
/// <param name="AuditN">The entry of the audit trail about it.</param>
public sealed record ShredResult(string Kid, string Tenant, DateTimeOffset ShreddedAt, long AuditN);
