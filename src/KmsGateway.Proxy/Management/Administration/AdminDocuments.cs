using KmsGateway.Keys.Administration;
using KmsGateway.Keys.Audit;
using KmsGateway.Proxy.Protection;

// The shapes of the admin API on one page.
#pragma warning disable MA0048
namespace KmsGateway.Proxy.Management.Administration;

internal sealed record KeyList(IReadOnlyList<KeyDescription> Keys);

internal sealed record EventList(IReadOnlyList<KeyEventDescription> Events);

internal sealed record TenantList(IReadOnlyList<TenantDescription> Tenants);

/// <param name="Reason">Why, for the record.</param>
internal sealed record ReasonRequest(string? Reason);

/// <param name="Kind"><c>superseded</c>: what it signed stays valid; <c>compromise</c>: nothing under it is believed any longer.</param>
/// <param name="CompromisedFrom">Since when somebody else may have had the key, if it is known.</param>
internal sealed record RevokeRequest(string? Kind, string? Reason, DateTimeOffset? CompromisedFrom);

/// <param name="MillisecondsToRevoke">Until no gateway used the key any more; missing when some have not said so.</param>
internal sealed record RevocationAnswer(
    string Kid, string Tenant, DateTimeOffset RevokedAt, long N, double? MillisecondsToRevoke, IReadOnlyList<string> Waiting);

/// <param name="Confirm">The key once more.</param>
internal sealed record ShredRequest(string? Reason, string? Confirm);

/// <param name="Audit">The entry of the audit trail about it.</param>
internal sealed record ShredAnswer(string Kid, string Tenant, DateTimeOffset ShreddedAt, long Audit);

internal sealed record AuditList(IReadOnlyList<AuditedAct> Entries);

internal sealed record DecryptRequest(string? Reason, IReadOnlyList<DecryptRequestValue>? Values);

/// <param name="Tenant">Whose it should be; missing if nobody says.</param>
/// <param name="Key">The attribute's, as it stands there.</param>
/// <param name="KeyBytes">The same in base64, for a key that is not UTF-8.</param>
internal sealed record DecryptRequestValue(
    string? Tenant, string? TraceId, string? SpanId, string? Scope, string? Key, string? KeyBytes, string? Value);

/// <param name="Keys">How many the export has.</param>
internal sealed record ImportAnswer(int Keys);

/// <param name="Valid">Whether no step failed.</param>
internal sealed record ValidationAnswer(bool Valid, IReadOnlyList<ValidationStep> Steps);

/// <param name="Enforcement">The modes that somebody has set aside for a while.</param>
internal sealed record StatusAnswer(KmsStatus Kms, IReadOnlyList<EnforcementAnswer> Enforcement);

internal sealed record CacheAnswer(CacheStatus Cache, IReadOnlyList<CachedKey> Keys);

/// <param name="Tenants">Those that would get a new key.</param>
internal sealed record RotateAllPlan(IReadOnlyList<string> Tenants);

/// <param name="Ttl">For how long, as hh:mm:ss.</param>
internal sealed record EnforcementRequest(string? Tenant, string? Mode, string? Reason, TimeSpan? Ttl);

internal sealed record EnforcementAnswer(string Tenant, string Mode, string Actor, string Reason, DateTimeOffset Until)
{
    public static EnforcementAnswer Of(EnforcementOverride entry) => new(entry.Tenant, entry.Mode.Name(), entry.Actor, entry.Reason, entry.Until);
}

internal sealed record EnforcementList(IReadOnlyList<EnforcementAnswer> Enforcement);
