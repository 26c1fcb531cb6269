namespace KmsGateway.Keys.Stores.Sql;

/// <summary>Wakes those who wait for changes of the store.</summary>
internal sealed class ChangeSignal(TimeProvider time)
{
    private readonly Lock _lock = new();
    private TaskCompletionSource _next = New();
    private long _count;

    public long Count => Interlocked.Read(ref _count);

    public void Raise()
    {
        TaskCompletionSource raised;
        lock (_lock)
        {
            _count++;
            (raised, _next) = (_next, New());
        }

        raised.SetResult();
    }

    public async Task WaitAsync(long seen, TimeSpan atMost, CancellationToken cancellationToken)
    {
        Task next;
        lock (_lock)
        {
            if (_count > seen)
            {
                return;
            }

            next = _next.Task;
        }

        await next.WaitAsync(atMost, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
