namespace KmsGateway.Keys.Audit;

/// <summary>Something that is about to be done with secrets.</summary>
/// <param name="Action">What, such as <c>decrypt</c> or <c>shred</c>.</param>
/// <param name="Actor">Who does it.</param>
/// <param name="Reason">Why.</param>
/// <param name="Tenants">Whose values it is about.</param>
/// <param name="Kids">The keys that are used for it, or destroyed.</param>
/// <param name="Values">How many values are given out.</param>
public sealed record AuditEntry(
    string Action, string Actor, string Reason, IReadOnlyList<string> Tenants, IReadOnlyList<string> Kids, long Values);
