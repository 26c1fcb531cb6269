using System.Diagnostics.CodeAnalysis;
using BitFaster.Caching;
using BitFaster.Caching.Lru;
using KmsGateway.Keys.Instruments;

namespace KmsGateway.Keys.Retrieval;

/// <summary>Unwrapped keys of one kind by kid, bounded in number and in age. A key that leaves is cleared when its last lease ends.</summary>
/// <remarks>
/// The age is checked here and not by the cache, whose expiry knows no <see cref="TimeProvider"/> and leaves what expired where it is.
/// </remarks>
internal sealed class KeyCache<T> : IDisposable
    where T : CachedSecret
{
    private readonly IScopedAsyncCache<string, T> _keys;
    private readonly TimeSpan _callerWait;
    private readonly TimeProvider _time;
    private long _lifetime;

    /// <param name="kind">One of <see cref="KeyKind"/>.</param>
    /// <param name="callerWait">How long a caller waits for a key that is not here.</param>
    public KeyCache(string kind, int capacity, TimeSpan lifetime, TimeSpan callerWait, TimeProvider time)
    {
        (Kind, Capacity, _lifetime, _callerWait, _time) = (kind, capacity, lifetime.Ticks, callerWait, time);
        _keys = new ConcurrentLruBuilder<string, T>()
            .WithCapacity(capacity)
            .WithKeyComparer(StringComparer.Ordinal)
            .AsScopedCache()
            .AsAsyncCache()
            .WithAtomicGetOrAdd()
            .Build();
    }

    public string Kind { get; }

    public int Count => _keys.Count;

    public int Capacity { get; }

    public IReadOnlyCollection<string> Kids => [.. _keys.Select(pair => pair.Key)];

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

    /// <summary>Keys are refreshed at 80 % of their lifetime, on average (<see cref="RefreshAhead{T}"/>).</summary>
    public double ExpectedRefreshesPerHour => Count * (TimeSpan.FromHours(1) / (Lifetime * 0.8));

    public bool TryLease(string kid, [NotNullWhen(true)] out Lifetime<T>? lease)
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

    /// <summary>
    /// A lease on the cached key, or on the one that is retrieved: one call for all who ask at the same time, on a thread of its own. Who waited
    /// long enough gets none; the retrieval goes on for the others and for the cache.
    /// </summary>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public async Task<(Lifetime<T>? Lease, KeyFailure Failure)> LeaseAsync(
        string kid, Func<Task<Scoped<T>>> retrieve, CancellationToken cancellationToken)
    {
        var pending = _keys.ScopedGetOrAddAsync(kid, static (_, retrieve) => Task.Run(retrieve), retrieve).AsTask();
        try
        {
            return (await pending.WaitAsync(_callerWait, _time, cancellationToken), KeyFailure.None);
        }
        catch (KeyRetrievalException exception)
        {
            return (null, exception.Failure);
        }
        catch (InvalidOperationException)
        {
            // The cache gives up on a key that is evicted again and again before it can be leased: it is far too small for the load.
            return (null, KeyFailure.Unavailable);
        }
        catch (TimeoutException)
        {
            GiveBack(pending);
            return (null, KeyFailure.Unavailable);
        }
        catch (OperationCanceledException)
        {
            GiveBack(pending);
            throw;
        }
    }

    /// <summary>Drops the keys whose time is over, so that they do not stay in memory because nobody asks for them.</summary>
    public void Trim()
    {
        foreach (var lease in LeaseAll())
        {
            using (lease)
            {
                if (IsOver(lease.Value))
                {
                    _keys.TryRemove(lease.Value.Kid);
                }
            }
        }
    }

    /// <summary>Takes a key out; who has a lease on it may finish.</summary>
    public void Remove(string kid) => _keys.TryRemove(kid);

    /// <summary>Puts a key in the place of the one that is there, if one is.</summary>
    public bool TryReplace(string kid, T key) => _keys.TryUpdate(kid, key);

    /// <summary>A lease on every key that is in use, for who looks after them.</summary>
    public IEnumerable<Lifetime<T>> LeaseAll()
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

    // The lease of a caller who has gone would keep the key in memory for ever.
    private static void GiveBack(Task<Lifetime<T>> pending) => _ = pending.ContinueWith(
        static task =>
        {
            if (task.IsCompletedSuccessfully)
            {
                task.Result.Dispose();
            }
            else
            {
                // Seen, so that it is not reported as an exception nobody looked at; it was logged where it was raised.
                _ = task.Exception;
            }
        },
        CancellationToken.None,
        TaskContinuationOptions.ExecuteSynchronously,
        TaskScheduler.Default);

    private bool IsOver(T key) => _time.GetElapsedTime(key.Since) >= Lifetime;
}
