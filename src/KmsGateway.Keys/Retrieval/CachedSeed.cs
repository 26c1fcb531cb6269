using KmsGateway.Cryptography;

namespace KmsGateway.Keys.Retrieval;

/// <summary>An unwrapped seed in the cache.</summary>
internal sealed class CachedSeed(TenantSeed seed, Guid id, long since) : CachedSecret(id, seed.Tenant, seed.Kid, since)
{
    public TenantSeed Seed { get; } = seed;

    protected override void Clear() => Seed.Dispose();
}
