using BitFaster.Caching;
using KmsGateway.Cryptography;
using KmsGateway.Keys.Retrieval;

namespace KmsGateway.Keys;

/// <summary>The right to use a tenant's seed until disposed. The last lease on a seed that left the cache clears it.</summary>
public sealed class EncryptionKeyLease : IDisposable
{
    private readonly CachedSeed _cached;
    private Lifetime<CachedSeed>? _lifetime;

    internal EncryptionKeyLease(Lifetime<CachedSeed> lifetime)
    {
        _lifetime = lifetime;
        _cached = lifetime.Value;
    }

    public string Tenant => _cached.Tenant;

    public string Kid => _cached.Kid;

    public TenantSeed Seed
    {
        get
        {
            ObjectDisposedException.ThrowIf(_lifetime is null, this);
            return _cached.Seed;
        }
    }

    // A lease given back twice must not give back somebody else's.
    public void Dispose() => Interlocked.Exchange(ref _lifetime, null)?.Dispose();

    /// <summary>Never the seed: this text may end in a log.</summary>
    public override string ToString() => $"EncryptionKeyLease({Tenant}, {Kid})";
}
