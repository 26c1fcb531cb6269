using System.Diagnostics;

namespace KmsGateway.Fuzz;

/// <summary>What an input took of time and memory; and what it may take: a fixed amount for each of its bytes, and one for whatever it is.</summary>
internal readonly record struct Cost(TimeSpan Time, long Allocated)
{
    private const long BytesAtRest = 4 * 1024 * 1024;

    // Dearest is a file that has something broken on each of its lines of three bytes: the exception of the JSON reader.
    private const long BytesForEach = 1024;

    private static readonly TimeSpan TimeAtRest = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan TimeForEach = TimeSpan.FromMicroseconds(20);

    public static Cost Of(IFuzzTarget target, byte[] input)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var clock = Stopwatch.StartNew();
        target.Run(input);
        return new Cost(clock.Elapsed, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    public bool IsTooSlow(long length) => Time > TimeAtRest + (TimeForEach * length);

    public bool IsTooLarge(long length) => Allocated > BytesAtRest + (BytesForEach * length);
}
