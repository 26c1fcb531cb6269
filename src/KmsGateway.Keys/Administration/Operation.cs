namespace KmsGateway.Keys.Administration;

/// <summary>Something that goes on after the answer to who asked for it. A picture of one moment.</summary>
/// <param name="State"><c>running</c>, <c>succeeded</c>, <c>failed</c> (not for all tenants) or <c>interrupted</c> (the gateway ended).</param>
/// <param name="Total">How many tenants it concerns.</param>
/// <param name="FailedTenants">Of those that failed, the first hundred.</param>
public sealed record Operation(
    string Id,
    string Kind,
    string Actor,
    string Reason,
    string State,
    int Total,
    int Done,
    int Failed,
    IReadOnlyList<string> FailedTenants,
    DateTimeOffset StartedAt,
    DateTimeOffset? FinishedAt);
