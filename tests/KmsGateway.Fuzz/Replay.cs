using System.Diagnostics;

namespace KmsGateway.Fuzz;

/// <summary>Runs all targets on their corpus and on mutations of it, without the fuzzer: what a build server has a minute for.</summary>
internal sealed class Replay(TimeSpan time)
{
    // What the readers keep, and what hostile nesting may make of one byte (a value is written once more for each level it lies in).
    private const long BytesAtRest = 4 * 1024 * 1024;
    private const long BytesForEach = 8 * 1024;

    public static int RunOne(IFuzzTarget target, string file)
    {
        target.Run(File.ReadAllBytes(file));
        Console.WriteLine($"{target.Name}: {file} holds");
        return 0;
    }

    public int Run() => FuzzTargets.Names.All(name => Run(FuzzTargets.Create(name))) ? 0 : 1;

    private bool Run(IFuzzTarget target)
    {
        var clock = Stopwatch.StartNew();
        var corpus = Corpus.Of(target).ToList();
        if (!corpus.TrueForAll(input => Try(target, input)))
        {
            return false;
        }

        var mutator = new Mutator(seed: 1);
        var mutated = 0L;
        var share = time / FuzzTargets.Names.Count;
        while (clock.Elapsed < share)
        {
            var input = mutator.Mutate(corpus[mutator.Next(corpus.Count)], corpus[mutator.Next(corpus.Count)]);
            if (!Try(target, input))
            {
                return false;
            }

            mutated++;
        }

        Console.WriteLine($"{target.Name}: {corpus.Count} inputs and {mutated} mutations hold");
        return true;
    }

    private static bool Try(IFuzzTarget target, byte[] input)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            target.Run(input);
            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            InvariantException.ThrowIfNot(
                allocated <= BytesAtRest + (BytesForEach * input.Length), $"{allocated} bytes of memory for {input.Length} of input");
            return true;
        }
#pragma warning disable CA1031 // whatever it is, it is a finding
        catch (Exception finding)
#pragma warning restore CA1031
        {
            var file = Path.GetFullPath($"finding-{target.Name}-{Corpus.Name(input)}");
            File.WriteAllBytes(file, input);
            Console.Error.WriteLine($"{target.Name}: {finding}");
            Console.Error.WriteLine($"The input is in {file}. Again: fuzz replay {file} {target.Name}");
            return false;
        }
    }
}
