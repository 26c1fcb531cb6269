using System.Diagnostics;

namespace KmsGateway.Benchmarks;

/// <summary>Times of many calls, each measured on its own.</summary>
internal sealed class Percentiles
{
    private readonly long[] _ticks;

    public Percentiles(IEnumerable<long> ticks)
    {
        _ticks = [.. ticks];
        Array.Sort(_ticks);
    }

    public int Count => _ticks.Length;

    public TimeSpan At(double percent) => Stopwatch.GetElapsedTime(0, _ticks[Math.Min(_ticks.Length - 1, (int)(_ticks.Length * percent / 100))]);

    public override string ToString() =>
        $"{Count} calls, p50 {Text(At(50))}, p99 {Text(At(99))}, p99.9 {Text(At(99.9))}, longest {Text(At(100))}";

    public static string Text(TimeSpan time) => time switch
    {
        { TotalMicroseconds: < 1 } => FormattableString.Invariant($"{time.TotalNanoseconds:0} ns"),
        { TotalMilliseconds: < 1 } => FormattableString.Invariant($"{time.TotalMicroseconds:0.0} µs"),
        _ => FormattableString.Invariant($"{time.TotalMilliseconds:0.0} ms"),
    };
}
