using System.Diagnostics;
using System.Globalization;
using KmsGateway.FakeKms;
using KmsGateway.Keys.Administration;
using KmsGateway.Keys.Providers;
using KmsGateway.Keys.Resilience;
using KmsGateway.Keys.Stores;
using Microsoft.Extensions.DependencyInjection;

namespace KmsGateway.Benchmarks;

/// <summary>How long it takes to get a key, cached and not, how much memory many tenants take, and how fast they are rotated.</summary>
/// <remarks>Percentiles of single calls, which averages hide. What depends on the machine is told as a ratio to a baseline of the same run.</remarks>
internal static class RetrievalSuite
{
    private static readonly TimeSpan KmsTime = TimeSpan.FromMilliseconds(30);

    private static readonly Dictionary<string, Func<Task<IReadOnlyList<Requirement>>>> Parts = new(StringComparer.Ordinal)
    {
        ["cached"] = CachedAsync,
        ["uncached"] = UncachedAsync,
        ["rotation"] = RotationAsync,
        ["memory"] = MemoryAsync,
    };

    /// <summary>Runs all parts, or those that are named. 1 when a required figure is not reached.</summary>
    public static async Task<int> RunAsync(string[] only)
    {
        if (only.FirstOrDefault(name => !Parts.ContainsKey(name)) is { } unknown)
        {
            await Console.Error.WriteLineAsync($"'{unknown}' is no part of the suite. There are: {string.Join(", ", Parts.Keys)}");
            return 2;
        }

        var failed = false;
        foreach (var (name, part) in Parts.Where(part => only.Length == 0 || only.Contains(part.Key)))
        {
            Console.WriteLine(name);
            foreach (var requirement in await part())
            {
                Console.WriteLine(requirement);
                failed |= !requirement.IsMet && !requirement.Goal;
            }
        }

        return failed ? 1 : 0;
    }

    private static async Task<IReadOnlyList<Requirement>> CachedAsync()
    {
        await using var installation = await Installation.StartAsync(tenants: 100);
        var keys = installation.Keys;
        var names = Enumerable.Range(0, 100).Select(Installation.TenantName).ToArray();
        foreach (var name in names)
        {
            (await keys.GetSigningKeyAsync(name, CancellationToken.None)).Lease!.Dispose();
        }

        Measure(200_000);
        var one = new Percentiles(Measure(1_000_000));
        var threads = await Task.WhenAll(Enumerable.Range(0, Environment.ProcessorCount * 2).Select(_ => Task.Run(() => Measure(500_000))));
        var many = new Percentiles(threads.SelectMany(ticks => ticks));
        Console.WriteLine($"  one thread: {one}");
        Console.WriteLine($"  {threads.Length} threads on {Environment.ProcessorCount} cores: {many}");
        return
        [
            Below("cached p99", many.At(99), TimeSpan.FromMilliseconds(5)),
            Below("cached p50, one thread", one.At(50), TimeSpan.FromMicroseconds(1), goal: true),
        ];

        // The two looks at the clock are in each figure.
        long[] Measure(int calls)
        {
            var ticks = new long[calls];
            for (var i = 0; i < calls; i++)
            {
                var start = Stopwatch.GetTimestamp();
                keys.TakeAndReturn(names[i % names.Length]);
                ticks[i] = Stopwatch.GetTimestamp() - start;
            }

            return ticks;
        }
    }

    private static async Task<IReadOnlyList<Requirement>> UncachedAsync()
    {
        const int Tenants = 300;
        await using var installation = await Installation.StartAsync(Tenants);
        installation.Faults.Set([new Fault("latency", "Decrypt", Milliseconds: (int)KmsTime.TotalMilliseconds)]);
        var provider = installation.Services.GetRequiredService<ResilientKms>().Provider;
        var store = installation.Services.GetRequiredService<IKeyStore>();
        var versions = await store.ReadKeysAsync(tenant: null, CancellationToken.None);
        var (alone, retrieved) = (new List<long>(), new List<long>());

        // One after the other, and in turns, so that both meet the same machine.
        foreach (var version in versions)
        {
            var wrap = (await store.ReadWrapsAsync(version.Id, CancellationToken.None))[0];
            var context = EncryptionContext.ForSigningKey(store.Id, version.Tenant, version.Algorithm, version.Id);
            var start = Stopwatch.GetTimestamp();
            (await provider.UnwrapAsync(wrap, context, CancellationToken.None)).Dispose();
            alone.Add(Stopwatch.GetTimestamp() - start);

            start = Stopwatch.GetTimestamp();
            (await installation.Keys.GetSigningKeyAsync(version.Tenant, CancellationToken.None)).Lease!.Dispose();
            retrieved.Add(Stopwatch.GetTimestamp() - start);
        }

        var (kms, all) = (new Percentiles(alone), new Percentiles(retrieved));
        Console.WriteLine($"  the KMS alone, told to answer after {KmsTime.TotalMilliseconds} ms: {kms}");
        Console.WriteLine($"  retrieval: {all}");
        return
        [
            Below("uncached p99", all.At(99), TimeSpan.FromMilliseconds(100)),
            Below("uncached p50 over the KMS's", all.At(50) - kms.At(50), TimeSpan.FromMilliseconds(2), goal: true),
        ];
    }

    private static async Task<IReadOnlyList<Requirement>> RotationAsync()
    {
        const int Tenants = 1_000;
        const int AtATime = 8;
        await using var installation = await Installation.StartAsync(Tenants, boundedRate: true);
        var administration = installation.Services.GetRequiredService<KeyAdministration>();
        var start = Stopwatch.GetTimestamp();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, Tenants),
            new ParallelOptions { MaxDegreeOfParallelism = AtATime },
            async (i, token) => await administration.RotateAsync(Installation.TenantName(i), "signing", "benchmark", "benchmark", isDryRun: false, token));
        var taken = Stopwatch.GetElapsedTime(start);
        var active = (await administration.GetKeysAsync(null, CancellationToken.None)).CountBy(key => key.Stage).ToDictionary();
        return
        [
            Below($"{Tenants} tenants rotated, {AtATime} at a time, at Rotation:MaxPerSecondUnscheduled=40", taken, TimeSpan.FromMinutes(1)),
            new Requirement("keys after it", $"{active["active"]} active, {active["retired"]} retired", "1000 of each", active is { Count: 2 }),
        ];
    }

    private static async Task<IReadOnlyList<Requirement>> MemoryAsync()
    {
        const int Tenants = 10_000;
        const int Rounds = 4;
        await using var installation = await Installation.StartAsync(Tenants);
        var sizes = new List<(long Managed, long Locked)>();
        for (var round = 1; round <= Rounds; round++)
        {
            await Parallel.ForEachAsync(
                Enumerable.Range(0, Tenants),
                async (i, token) => (await installation.Keys.GetSigningKeyAsync(Installation.TenantName(i), token)).Lease!.Dispose());
            GC.Collect();
            GC.WaitForPendingFinalizers();
            sizes.Add((GC.GetTotalMemory(forceFullCollection: true), Keys.Memory.LockedMemory.Current ?? 0));
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"  round {round}: {sizes[^1].Managed / 1024} kB managed, {sizes[^1].Locked / 1024} kB locked, {installation.Calls.Of("Decrypt")} calls of Decrypt"));
        }

        var growth = (double)sizes[^1].Managed / sizes[1].Managed;
        return
        [
            new Requirement(
                $"memory of round {Rounds} to that of round 2, {Tenants} tenants, 1000 entries",
                growth.ToString("0.00", CultureInfo.InvariantCulture),
                "at most 1.10",
                growth <= 1.1),
            new Requirement(
                "locked memory", $"{sizes.Max(size => size.Locked) / 1024} kB", "at most 1100 keys of 4 kB", sizes.Max(size => size.Locked) <= 1_100 * 4_096),
        ];
    }

    private static Requirement Below(string what, TimeSpan measured, TimeSpan limit, bool goal = false) =>
        new(what, Percentiles.Text(measured), $"below {Percentiles.Text(limit)}", measured < limit, goal);
}
