using BitFaster.Caching;
using KmsGateway.Cryptography;
using KmsGateway.Keys.Retrieval;

namespace KmsGateway.Keys;

/// <summary>The right to use a tenant's signing key until disposed. The last lease on a key that left the cache clears it.</summary>
public sealed class SigningKeyLease : IDisposable
{
    private Lifetime<CachedSigningKey>? _lifetime;

    internal SigningKeyLease(Lifetime<CachedSigningKey> lifetime, TrustedKey trustedKey)
    {
        _lifetime = lifetime;
        TrustedKey = trustedKey;
    }

    public string Tenant => TrustedKey.Tenant;

    /// <summary>The key as verifiers see it.</summary>
    public TrustedKey TrustedKey { get; }

    public SigningKey Key
    {
        get
        {
            var lifetime = _lifetime;
            ObjectDisposedException.ThrowIf(lifetime is null, this);
            return lifetime.Value.Key;
        }
    }

    // A lease given back twice must not give back somebody else's.
    public void Dispose() => Interlocked.Exchange(ref _lifetime, null)?.Dispose();

    /// <summary>Never the key: this text may end in a log.</summary>
    public override string ToString() => $"SigningKeyLease({Tenant}, {TrustedKey.Key.Kid})";
}
