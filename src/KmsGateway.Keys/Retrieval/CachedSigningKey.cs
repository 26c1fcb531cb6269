using KmsGateway.Cryptography;

namespace KmsGateway.Keys.Retrieval;

/// <summary>An unwrapped signing key in the cache.</summary>
internal sealed class CachedSigningKey : CachedSecret
{
    private readonly LiveKeys<CachedSigningKey> _live;

    public CachedSigningKey(SigningKey key, Guid id, TrustedKey trusted, long since, LiveKeys<CachedSigningKey> live)
        : base(id, trusted.Tenant, key.Kid, since)
    {
        Key = key;
        Trusted = trusted;
        _live = live;
        _live.Enter(Kid);
    }

    public SigningKey Key { get; }

    public TrustedKey Trusted { get; }

    protected override void Clear()
    {
        Key.Dispose();
        _live.Leave(Kid);
    }
}
