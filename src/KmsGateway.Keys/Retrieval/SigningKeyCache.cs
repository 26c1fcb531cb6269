using System.Diagnostics.CodeAnalysis;
using BitFaster.Caching;
using BitFaster.Caching.Lru;
using KmsGateway.Keys.Options;
using Microsoft.Extensions.Options;

namespace KmsGateway.Keys.Retrieval;

/// <summary>Unwrapped signing keys by kid, bounded in number and in age. A key that leaves is cleared when its last lease ends.</summary>
/// <remarks>
/// The age is checked here and not by the cache, whose expiry knows no <see cref="TimeProvider"/> and leaves what expired where it is.
/// </remarks>
internal sealed class SigningKeyCache : IDisposable
{
    private readonly IScopedAsyncCache<string, CachedSigningKey> _keys;
    private readonly TimeProvider _time;
    private long _lifetime;

    public SigningKeyCache(IOptions<CacheOptions> options, TimeProvider time)
    {
        _keys = new ConcurrentLruBuilder<string, CachedSigningKey>()
            .WithCapacity(options.Value.SigningKeys)
            .WithKeyComparer(StringComparer.Ordinal)
            .AsScopedCache()
            .AsAsyncCache()
            .WithAtomicGetOrAdd()
            .Build();
        _lifetime = options.Value.SigningKeyLifetime.Ticks;
        Capacity = options.Value.SigningKeys;
        _time = time;
    }

    public int Count => _keys.Count;

    public int Capacity { get; }

    /// <summary>How long a key is used before the KMS is asked again; of keys that are in memory, too.</summary>
    public TimeSpan Lifetime
    {
        get => new(Interlocked.Read(ref _lifetime));
        set => Interlocked.Exchange(ref _lifetime, value.Ticks);
    }

    public bool HasUsableKeys
    {
        get
        {
            foreach (var lease in LeaseAll())
            {
                using (lease)
                {
                    if (lease.Value.IsUsed && !IsOver(lease.Value))
                    {
                        return true;
                    }
                }
            }

            return false;
        }
    }

    /// <summary>Keys are refreshed at 80 % of their lifetime, on average (<see cref="RefreshAhead"/>).</summary>
    public double ExpectedRefreshesPerHour => Count * (TimeSpan.FromHours(1) / (Lifetime * 0.8));

    public bool TryLease(string kid, [NotNullWhen(true)] out Lifetime<CachedSigningKey>? lease)
    {
        if (!_keys.ScopedTryGet(kid, out lease))
        {
            return false;
        }

        if (!IsOver(lease.Value))
        {
            lease.Value.IsUsed = true;
            return true;
        }

        lease.Dispose();
        lease = null;
        _keys.TryRemove(kid);
        return false;
    }

    /// <summary>A lease on the cached key, or on the one the factory makes: one call for all who ask at the same time.</summary>
    public Task<Lifetime<CachedSigningKey>> LeaseAsync<T>(
        string kid, Func<string, T, Task<Scoped<CachedSigningKey>>> factory, T argument) =>
        _keys.ScopedGetOrAddAsync(kid, factory, argument).AsTask();

    /// <summary>Drops the keys whose time is over, so that they do not stay in memory because nobody asks for them.</summary>
    public void Trim()
    {
        foreach (var lease in LeaseAll())
        {
            using (lease)
            {
                if (IsOver(lease.Value))
                {
                    _keys.TryRemove(lease.Value.Key.Kid);
                }
            }
        }
    }

    /// <summary>Takes a key out; who has a lease on it may finish.</summary>
    public void Remove(string kid) => _keys.TryRemove(kid);

    /// <summary>Puts a key in the place of the one that is there, if one is.</summary>
    public bool TryReplace(string kid, CachedSigningKey key) => _keys.TryUpdate(kid, key);

    /// <summary>A lease on every key that is in use, for who looks after them.</summary>
    public IEnumerable<Lifetime<CachedSigningKey>> LeaseAll()
    {
        foreach (var (_, scope) in _keys)
        {
            if (scope.TryCreateLifetime(out var lease))
            {
                yield return lease;
            }
        }
    }

    public void Dispose() => _keys.Clear();

    private bool IsOver(CachedSigningKey key) => _time.GetElapsedTime(key.Since) >= Lifetime;
}
