using KmsGateway.Cryptography;

namespace KmsGateway.Keys.Retrieval;

/// <summary>An unwrapped seed in the cache.</summary>
internal sealed class CachedSeed : CachedSecret
{
    private readonly LiveKeys<CachedSeed> _live;

    public CachedSeed(TenantSeed seed, Guid id, long since, LiveKeys<CachedSeed> live)
        : base(id, seed.Tenant, seed.Kid, since)
    {
        Seed = seed;
        _live = live;
        _live.Enter(Kid);
    }

    public TenantSeed Seed { get; }

    protected override void Clear()
    {
        Seed.Dispose();
        _live.Leave(Kid);
    }
}
