namespace KmsGateway.Keys.Retrieval;

/// <summary>An unwrapped key in the cache, with what is known of its use there.</summary>
internal abstract class CachedSecret(Guid id, string tenant, string kid, long since) : IDisposable
{
    private int _disposed;

    public Guid Id { get; } = id;

    public string Tenant { get; } = tenant;

    public string Kid { get; } = kid;

    /// <summary>When it was unwrapped: a timestamp of the <see cref="TimeProvider"/>.</summary>
    public long Since { get; } = since;

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
            Clear();
        }
    }

    /// <summary>Takes the secret out of memory. It is called once.</summary>
    protected abstract void Clear();
}
