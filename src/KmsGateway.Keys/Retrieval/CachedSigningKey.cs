using KmsGateway.Cryptography;

namespace KmsGateway.Keys.Retrieval;

/// <summary>An unwrapped signing key in the cache.</summary>
internal sealed class CachedSigningKey(SigningKey key, long since) : IDisposable
{
    public SigningKey Key { get; } = key;

    /// <summary>When it was unwrapped: a timestamp of the <see cref="TimeProvider"/>.</summary>
    public long Since { get; } = since;

    public void Dispose() => Key.Dispose();
}
