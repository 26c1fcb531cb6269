using Microsoft.Extensions.Time.Testing;

namespace KmsGateway.Keys.Tests.Support;

/// <summary>A clock that passes for those who make a pause, and that is no limit to those who work, however busy the machine is.</summary>
internal sealed class PatientTime(DateTimeOffset start) : FakeTimeProvider(start)
{
    // Retries, and who looks again, wait for less. Who waits longer sets a limit to what others do.
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(10);

    private readonly Lock _lock = new();
    private readonly Dictionary<Wait, long> _pauses = [];
    private TaskCompletionSource _begun = NewBeginning();

    private TimeSpan? NextPause
    {
        get
        {
            lock (_lock)
            {
                var now = GetTimestamp();
                var ends = _pauses.Values.Where(end => end > now).ToList();
                return ends.Count == 0 ? null : GetElapsedTime(now, ends.Min());
            }
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var wait = new Wait(this, callback, state);
        wait.Change(dueTime, period);
        return wait;
    }

    /// <summary>
    /// Lets time pass until a task has ended: at once to the end of a pause that somebody makes, else no faster than the real time, so that
    /// limits leave as much room as they do in a gateway.
    /// </summary>
    public async Task PassAsync(Task task)
    {
        while (!task.IsCompleted)
        {
            // Taken before the look, so that no pause is missed.
            var begun = Volatile.Read(ref _begun).Task;
            if (NextPause is { } pause)
            {
                Advance(pause);
                continue;
            }

            var step = Task.Delay(Step, System, TestContext.Current.CancellationToken);
            if (await Task.WhenAny(task, begun, step) == step)
            {
                Advance(Step);
            }
        }

        await task;
    }

    private static TaskCompletionSource NewBeginning() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ITimer CreateStoppedTimer(Action callback) =>
        base.CreateTimer(_ => callback(), state: null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    private void Begin(Wait wait, TimeSpan dueTime, TimeSpan period)
    {
        End(wait);
        if (dueTime < TimeSpan.Zero || dueTime > LongestPause || period > TimeSpan.Zero)
        {
            return;
        }

        lock (_lock)
        {
            _pauses[wait] = GetTimestamp() + (dueTime.Ticks * TimestampFrequency / TimeSpan.TicksPerSecond);
        }

        Interlocked.Exchange(ref _begun, NewBeginning()).SetResult();
    }

    private void End(Wait wait)
    {
        lock (_lock)
        {
            _pauses.Remove(wait);
        }
    }

    private sealed class Wait : ITimer
    {
        private readonly PatientTime _time;
        private readonly ITimer _timer;

        public Wait(PatientTime time, TimerCallback callback, object? state)
        {
            _time = time;
            _timer = time.CreateStoppedTimer(() =>
            {
                time.End(this);
                callback(state);
            });
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            // Noted first: it may be over before the call returns.
            _time.Begin(this, dueTime, period);
            return _timer.Change(dueTime, period);
        }

        public void Dispose()
        {
            _time.End(this);
            _timer.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
