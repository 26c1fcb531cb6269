using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using KmsGateway.Cryptography;

namespace KmsGateway.Benchmarks.Uniqueness;

/// <summary>Whether a pair of salt and nonce is ever used twice under one seed: two processes that hold it, sixteen threads each, ten million values.</summary>
internal static class UniquenessSuite
{
    /// <summary>The first argument of a process that encrypts: its other one is the folder for what it used.</summary>
    public const string Writer = "uniqueness-writer";

    private const int Processes = 2;
    private const int Threads = 16;
    private const int ValuesOfThread = 312_500;
    private const int MaxUses = 1_000;
    private const int ValuesOfLife = 5_000;

    private static readonly string Kid = new('0', 32);

    /// <summary>1 when a required figure is not reached.</summary>
    public static async Task<int> RunAsync()
    {
        var folder = Directory.CreateTempSubdirectory("kmsgateway-uniqueness-");
        try
        {
            var start = Stopwatch.GetTimestamp();
            var secret = Convert.ToHexString(RandomNumberGenerator.GetBytes(TenantSeed.Size));
            var lives = await Task.WhenAll(
                Enumerable.Range(0, Processes).Select(i => StartAsync(folder.CreateSubdirectory(Number(i)), secret)));
            Console.WriteLine($"  encrypted in {Percentiles.Text(Stopwatch.GetElapsedTime(start))}; the seed was made {lives.Sum()} times");
            return Check(folder) ? 0 : 1;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>One of the processes. The seed is on standard input: others can read a command line.</summary>
    public static int Write(string folder)
    {
        var secret = Convert.FromHexString(Console.In.ReadLine()!);
        using var threads = new EncryptingThreads(Kid, secret, MaxUses, ValuesOfLife);
        var files = Enumerable.Range(0, Threads).Select(i => File.Create(Path.Combine(folder, Number(i)), bufferSize: 64 * 1_024)).ToList();
        threads.Run(files, ValuesOfThread);
        files.ForEach(file => file.Dispose());
        Console.WriteLine(Number(threads.Lives));
        return 0;
    }

    private static async Task<long> StartAsync(DirectoryInfo folder, string secret)
    {
        var program = Environment.ProcessPath!;
        var isHost = Path.GetFileNameWithoutExtension(program) == "dotnet";
        string[] arguments = isHost ? [Assembly.GetExecutingAssembly().Location, Writer, folder.FullName] : [Writer, folder.FullName];
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false };
        using var process = Process.Start(start)!;
        await process.StandardInput.WriteLineAsync(secret);
        process.StandardInput.Close();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? long.Parse(output, CultureInfo.InvariantCulture)
            : throw new InvalidOperationException($"A process that encrypts ended with {process.ExitCode}: see above.");
    }

    private static bool Check(DirectoryInfo folder)
    {
        const int Values = Processes * Threads * ValuesOfThread;
        var check = new PairCheck(Values);
        for (var i = 0; i < Processes; i++)
        {
            foreach (var file in Directory.GetFiles(Path.Combine(folder.FullName, Number(i))))
            {
                using var pairs = File.OpenRead(file);
                using var buffered = new BufferedStream(pairs, 64 * 1_024);
                check.Add(i, buffered);
            }
        }

        List<Requirement> requirements =
        [
            Exactly("values, each decrypted under the seed", check.Values, Values),
            Exactly($"pairs that repeat, under {check.Salts} salts", check.Repeated(), 0),
            Exactly("salts in both processes", check.SharedSalts, 0),
            new Requirement("most uses of a salt", Number(check.MostUses), $"at most {MaxUses}", check.MostUses <= MaxUses),
            new Requirement("keys renewed", Number(check.Salts), "thousands", check.Salts >= 2_000),
        ];
        requirements.ForEach(Console.WriteLine);
        return requirements.TrueForAll(requirement => requirement.IsMet);
    }

    private static Requirement Exactly(string what, long measured, long required) => new(what, Number(measured), Number(required), measured == required);

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
