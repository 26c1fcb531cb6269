namespace KmsGateway.Proxy.Protection;

/// <summary>
/// Break-glass: modes of tenants for a while, of this gateway alone. They end by themselves, and with the process: what is left is what the
/// configuration says.
/// </summary>
internal sealed class EnforcementOverrides(TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, EnforcementOverride> _byTenant = new(StringComparer.Ordinal);
    private TaskCompletionSource _changed = NewSignal();

    /// <summary>Those that have not ended.</summary>
    public IReadOnlyList<EnforcementOverride> Current
    {
        get
        {
            lock (_lock)
            {
                var now = time.GetUtcNow();
                return [.. _byTenant.Values.Where(entry => entry.Until > now).OrderBy(entry => entry.Tenant, StringComparer.Ordinal)];
            }
        }
    }

    public void Set(EnforcementOverride entry)
    {
        lock (_lock)
        {
            _byTenant[entry.Tenant] = entry;
            Signal();
        }
    }

    /// <summary>False: there was none.</summary>
    public bool Clear(string tenant)
    {
        lock (_lock)
        {
            var removed = _byTenant.Remove(tenant);
            Signal();
            return removed;
        }
    }

    /// <summary>Waits for a change: one is set or taken back, or one ends.</summary>
    public async Task WaitForChangeAsync(CancellationToken cancellationToken)
    {
        Task changed;
        TimeSpan wait;
        lock (_lock)
        {
            var now = time.GetUtcNow();
            foreach (var ended in _byTenant.Values.Where(entry => entry.Until <= now).ToList())
            {
                _byTenant.Remove(ended.Tenant);
            }

            changed = _changed.Task;
            wait = _byTenant.Count == 0 ? Timeout.InfiniteTimeSpan : _byTenant.Values.Min(entry => entry.Until) - now;
        }

        await changed.WaitAsync(wait, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Signal()
    {
        _changed.SetResult();
        _changed = NewSignal();
    }
}
