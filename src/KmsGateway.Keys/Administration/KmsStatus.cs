// The shapes of one answer.
#pragma warning disable MA0048
namespace KmsGateway.Keys.Administration;

/// <summary>How this gateway stands with its KMS and its keys.</summary>
/// <param name="Probe"><c>up</c>, <c>down</c> or <c>unknown</c>.</param>
/// <param name="Error">Why the last probe failed, as a code.</param>
/// <param name="MakesKeys">Whether this gateway makes keys and signs as root.</param>
/// <param name="Root">The thumbprint of the root.</param>
/// <param name="OverdueKeys">Keys and seeds that have been in use for longer than they should.</param>
/// <param name="ClockSkewSeconds">By source: how far this machine's clock is ahead.</param>
public sealed record KmsStatus(
    string Provider,
    string Probe,
    string? Error,
    long? LatencyMs,
    DateTimeOffset? LastSuccess,
    IReadOnlyList<CircuitStatus> Circuits,
    CacheStatus Cache,
    bool MakesKeys,
    string Root,
    int Tenants,
    IReadOnlyList<string> TenantsWithoutKey,
    int OverdueKeys,
    IReadOnlyDictionary<string, double> ClockSkewSeconds);

/// <param name="State"><c>closed</c>, <c>open</c> or <c>half-open</c>.</param>
public sealed record CircuitStatus(string Name, string State);

/// <summary>The unwrapped keys in memory.</summary>
public sealed record CacheStatus(int Keys, int Capacity, double LifetimeSeconds);

/// <param name="AgeSeconds">How long ago it was unwrapped.</param>
/// <param name="IsUsed">Whether somebody used it since.</param>
public sealed record CachedKey(string Tenant, string Kid, double AgeSeconds, double SecondsLeft, bool IsUsed);
