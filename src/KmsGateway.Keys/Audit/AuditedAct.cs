namespace KmsGateway.Keys.Audit;

/// <summary>An entry of the audit trail.</summary>
/// <param name="N">Its number; the first is 1.</param>
/// <param name="At">When it was written, by the gateway's clock.</param>
/// <inheritdoc cref="AuditEntry"/>
public sealed record AuditedAct(
    long N,
    DateTimeOffset At,
    string Action,
    string Actor,
    string Reason,
    IReadOnlyList<string> Tenants,
    IReadOnlyList<string> Kids,
    long Values);
