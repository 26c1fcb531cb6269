using KmsGateway.Keys.Administration;

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

/// <param name="Keys">How many the export has.</param>
internal sealed record ImportAnswer(int Keys);
