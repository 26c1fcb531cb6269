namespace KmsGateway.Keys.Retrieval;

/// <summary>Which unwrapped keys of one kind exist in this process, in the cache or still on a lease: what revocations and shreds wait for.</summary>
internal sealed class LiveKeys<T>
    where T : CachedSecret
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TaskCompletionSource> _waiting = new(StringComparer.Ordinal);

    public void Enter(string kid)
    {
        lock (_lock)
        {
            _counts[kid] = _counts.GetValueOrDefault(kid) + 1;
        }
    }

    public void Leave(string kid)
    {
        TaskCompletionSource? waiting = null;
        lock (_lock)
        {
            if (--_counts[kid] == 0)
            {
                _counts.Remove(kid);
                _waiting.Remove(kid, out waiting);
            }
        }

        waiting?.SetResult();
    }

    /// <summary>The kids of all that exist.</summary>
    public IReadOnlyList<string> Kids
    {
        get
        {
            lock (_lock)
            {
                return [.. _counts.Keys];
            }
        }
    }

    public bool Contains(string kid)
    {
        lock (_lock)
        {
            return _counts.ContainsKey(kid);
        }
    }

    /// <summary>Ends when the process holds this key no more.</summary>
    public Task WaitUntilGoneAsync(string kid)
    {
        lock (_lock)
        {
            if (!_counts.ContainsKey(kid))
            {
                return Task.CompletedTask;
            }

            if (!_waiting.TryGetValue(kid, out var waiting))
            {
                _waiting[kid] = waiting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            return waiting.Task;
        }
    }
}
