using System.Security.Cryptography;

namespace KmsGateway.Fuzz;

/// <summary>Inputs that once showed the fuzzer something new, few of them: the folder corpus of this project.</summary>
internal static class Corpus
{
    private const long MaxBytes = 200_000;

    // This program is built to artifacts/bin/KmsGateway.Fuzz/<configuration>/.
    public static string RepositoryRoot { get; } = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "..", ".."));

    public static IEnumerable<byte[]> Of(IFuzzTarget target)
    {
        var folder = Folder(target);
        var kept = Directory.Exists(folder) ? Directory.GetFiles(folder).Order(StringComparer.Ordinal).Select(File.ReadAllBytes) : [];
        return kept.Concat(target.Seeds());
    }

    public static int Write(IFuzzTarget target, string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var input in Of(target))
        {
            File.WriteAllBytes(Path.Combine(folder, Name(input)), input);
        }

        return 0;
    }

    /// <summary>The corpus stays small enough to be kept with the source.</summary>
    public static int Keep(IFuzzTarget target, string folder)
    {
        Directory.CreateDirectory(Folder(target));
        var known = Of(target).Select(Name).ToHashSet(StringComparer.Ordinal);
        var room = MaxBytes - new DirectoryInfo(Folder(target)).EnumerateFiles().Sum(file => file.Length);
        foreach (var input in Directory.GetFiles(folder).Select(File.ReadAllBytes).OrderBy(input => input.Length))
        {
            room -= input.Length;
            if (room < 0)
            {
                break;
            }

            if (known.Add(Name(input)))
            {
                File.WriteAllBytes(Path.Combine(Folder(target), Name(input)), input);
            }
        }

        return 0;
    }

    public static string Name(byte[] input) => Convert.ToHexStringLower(SHA256.HashData(input).AsSpan(0, 8));

    private static string Folder(IFuzzTarget target) => Path.Combine(RepositoryRoot, "tests", "KmsGateway.Fuzz", "corpus", target.Name);
}
