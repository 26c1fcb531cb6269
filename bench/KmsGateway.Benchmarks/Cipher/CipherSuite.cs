using System.Globalization;
using KmsGateway.Evidence.Otlp;

namespace KmsGateway.Benchmarks.Cipher;

/// <summary>What an encrypted value costs over copying it, in processor time and memory.</summary>
/// <remarks>The copy is measured in turns with the encrypted request, so that both meet the same machine; of the differences the median counts.</remarks>
internal static class CipherSuite
{
    private const int Rounds = 31;
    private const int ValuesOfRound = 4_096;
    private const int RequestsForMemory = 1_000;
    private const double Goal = 1_500;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1);

    /// <summary>1 when a required figure is not reached.</summary>
    public static int Run()
    {
        var requirements = new List<Requirement>();
        foreach (var encoding in (ITraceEncoding[])[ProtobufTraceEncoding.Instance, JsonTraceEncoding.Instance])
        {
            foreach (var attributes in (int[])[1, 8])
            {
                foreach (var bytes in (int[])[16, 64, 256, 1_024])
                {
                    var request = new CipherCase(encoding, bytes, attributes);
                    var (time, platform, copy, memory) = Measure(request);
                    Console.WriteLine(string.Create(
                        CultureInfo.InvariantCulture,
                        $"  {request}: {time:0} ns and {memory:0.##} B over the copy, which takes {copy:0} ns; of it AES-GCM of the platform {platform:0} ns"));
                    if (encoding is ProtobufTraceEncoding && bytes == 64)
                    {
                        requirements.Add(
                            new Requirement($"time, {request}", Number(Math.Round(time)) + " ns", $"at most {Number(Goal)} ns", time <= Goal, Goal: true));
                        requirements.Add(new Requirement($"memory, {request}", Number(memory) + " B", "0 B", memory <= 0));
                    }
                }
            }
        }

        requirements.ForEach(Console.WriteLine);
        return requirements.Exists(requirement => !requirement.IsMet && !requirement.Goal) ? 1 : 0;
    }

    private static (double Time, double Platform, double Copy, double Memory) Measure(CipherCase request)
    {
        using var run = new CipherRun(request);
        var requests = ValuesOfRound / request.Values;
        for (var start = ThreadClock.Now; ThreadClock.Now - start < WarmUp;)
        {
            run.Copy();
            run.Platform();
            if (run.Encrypt() != request.Values)
            {
                throw new InvalidOperationException($"{request}: not all values were found.");
            }
        }

        // Nanoseconds: a copied value takes less than a tick of TimeSpan.
        var (differences, platforms, copies) = (new List<double>(), new List<double>(), new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            var copy = Time(run.Copy, requests);
            copies.Add(copy / ValuesOfRound);
            platforms.Add(Time(run.Platform, requests) / ValuesOfRound);
            differences.Add((Time(run.Encrypt, requests) - copy) / ValuesOfRound);
        }

        var memory = Allocated(run.Encrypt) - Allocated(run.Copy);
        return (Median(differences), Median(platforms), Median(copies), (double)memory / (RequestsForMemory * request.Values));
    }

    private static double Time(Func<int> once, int requests)
    {
        var start = ThreadClock.Now;
        for (var i = 0; i < requests; i++)
        {
            once();
        }

        return (ThreadClock.Now - start).TotalNanoseconds;
    }

    private static long Allocated(Func<int> once)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < RequestsForMemory; i++)
        {
            once();
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static string Number(double number) => number.ToString("0.##", CultureInfo.InvariantCulture);

    private static double Median(List<double> times)
    {
        times.Sort();
        return times[times.Count / 2];
    }
}
