using BitFaster.Caching;
using KmsGateway.Cryptography;
using KmsGateway.Keys.Retrieval;

namespace KmsGateway.Keys;

/// <summary>The right to use a tenant's seed until disposed. The last lease on a seed that left the cache clears it.</summary>
public sealed class EncryptionKeyLease : IDisposable
{
    private Lifetime<CachedSeed>? _lifetime;

    internal EncryptionKeyLease(Lifetime<CachedSeed> lifetime)
    {
        _lifetime = lifetime;
        Tenant = lifetime.Value.Tenant;
        Kid = lifetime.Value.Kid;
    }

    public string Tenant { get; }

    public string Kid { get; }

    public TenantSeed Seed
    {
        get
        {
            var lifetime = _lifetime;
            ObjectDisposedException.ThrowIf(lifetime is null, this);
            return lifetime.Value.Seed;
        }
    }

    // A lease given back twice must not give back somebody else's.
    public void Dispose() => Interlocked.Exchange(ref _lifetime, null)?.Dispose();

    /// <summary>Never the seed: this text may end in a log.</summary>
    public override string ToString() => $"EncryptionKeyLease({Tenant}, {Kid})";
}
