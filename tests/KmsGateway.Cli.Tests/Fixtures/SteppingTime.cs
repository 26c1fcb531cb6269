namespace KmsGateway.Cli.Tests.Fixtures;

/// <summary>A clock that moves only when somebody waits, and then at once.</summary>
internal sealed class SteppingTime : TimeProvider
{
    private DateTimeOffset _now = EvidenceFixture.Start;

    /// <summary>Is called at each wait.</summary>
    public Action Waiting { get; init; } = () => { };

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => _now;

    public override long GetTimestamp() => _now.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        _now += dueTime;
        Waiting();
        return System.CreateTimer(callback, state, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }
}
