namespace KmsGateway.Fuzz;

/// <summary>Runs targets on their corpus and on mutations of it, without the fuzzer: what a build server has a minute for.</summary>
internal sealed class Replay(IFuzzTarget target)
{
    private const int Attempts = 3;

    private Cost _slowest;
    private Cost _largest;

    /// <summary>All targets: corpus and seeds, then mutations of them for an equal share of the time each.</summary>
    public static int RunAll(TimeSpan time) =>
        FuzzTargets.Names.All(name => new Replay(FuzzTargets.Create(name)).Run(time / FuzzTargets.Names.Count)) ? 0 : 1;

    public static int RunOne(IFuzzTarget target, TimeSpan time) => new Replay(target).Run(time) ? 0 : 1;

    /// <summary>One file, or all of a folder, for whoever looks into a finding.</summary>
    public static int RunFiles(IFuzzTarget target, string path)
    {
        var replay = new Replay(target);
        var inputs = (Directory.Exists(path) ? Directory.GetFiles(path) : [path]).Select(File.ReadAllBytes).ToList();
        var holds = inputs.TrueForAll(replay.Try);
        return replay.Tell(holds, $"{inputs.Count} inputs") ? 0 : 1;
    }

    private bool Run(TimeSpan time)
    {
        var end = Environment.TickCount64 + (long)time.TotalMilliseconds;
        var corpus = Corpus.Of(target).ToList();
        var holds = corpus.TrueForAll(Try);
        var mutator = new Mutator(seed: 1);
        var mutated = 0L;
        while (holds && Environment.TickCount64 < end)
        {
            holds = Try(mutator.Mutate(corpus[mutator.Next(corpus.Count)], corpus[mutator.Next(corpus.Count)]));
            mutated++;
        }

        return Tell(holds, $"{corpus.Count} inputs and {mutated} mutations");
    }

    private bool Tell(bool holds, string inputs)
    {
        if (holds)
        {
            Console.WriteLine(
                $"{target.Name}: {inputs} hold; the slowest took {_slowest.Time.TotalMilliseconds:F1} ms, the largest {_largest.Allocated / 1024.0 / 1024.0:F1} MiB");
        }

        return holds;
    }

    private bool Try(byte[] input)
    {
        try
        {
            var length = (long)input.Length * target.Inflation(input);
            var cost = Cost.Of(target, input);

            // The machine may have been busy with something else; hardly three times.
            for (var attempt = 1; attempt < Attempts && cost.IsTooSlow(length); attempt++)
            {
                cost = Cost.Of(target, input);
            }

            InvariantException.ThrowIfNot(!cost.IsTooSlow(length), $"{cost.Time} for {input.Length} bytes");
            InvariantException.ThrowIfNot(!cost.IsTooLarge(length), $"{cost.Allocated} bytes of memory for {input.Length} bytes");
            _slowest = cost.Time > _slowest.Time ? cost : _slowest;
            _largest = cost.Allocated > _largest.Allocated ? cost : _largest;
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
