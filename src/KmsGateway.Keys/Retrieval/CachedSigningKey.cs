using KmsGateway.Cryptography;

namespace KmsGateway.Keys.Retrieval;

/// <summary>An unwrapped signing key in the cache.</summary>
internal sealed class CachedSigningKey : IDisposable
{
    private readonly LiveKeys _live;
    private int _disposed;

    public CachedSigningKey(SigningKey key, Guid id, TrustedKey trusted, long since, LiveKeys live)
    {
        Key = key;
        Id = id;
        Trusted = trusted;
        Since = since;
        _live = live;
        _live.Enter(key.Kid);
    }

    public SigningKey Key { get; }

    public Guid Id { get; }

    public TrustedKey Trusted { get; }

    /// <summary>When it was unwrapped: a timestamp of the <see cref="TimeProvider"/>.</summary>
    public long Since { get; }

    /// <summary>Whether somebody used it. What nobody uses is not worth a call of the KMS when its time is over.</summary>
    public bool IsUsed { get; set; }

    /// <summary>After which share of its lifetime to refresh it; null until that is decided.</summary>
    public double? RefreshShare { get; set; }

    /// <summary>Not before this age, because it failed.</summary>
    public TimeSpan PausedUntil { get; set; }

    /// <summary>How often in a row the KMS has denied it.</summary>
    public int Denials { get; set; }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            Key.Dispose();
            _live.Leave(Key.Kid);
        }
    }
}
