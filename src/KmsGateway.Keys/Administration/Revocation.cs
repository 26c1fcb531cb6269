namespace KmsGateway.Keys.Administration;

/// <summary>A key that was withdrawn.</summary>
/// <param name="N">The chain has an entry about it up to this one.</param>
/// <param name="TimeToRevoke">How long until no gateway used it any more; null when not all have said so in time.</param>
/// <param name="Waiting">The gateways that have not.</param>
public sealed record Revocation(
    string Kid, string Tenant, DateTimeOffset RevokedAt, long N, TimeSpan? TimeToRevoke, IReadOnlyList<string> Waiting);
