using System.Security.Cryptography;

namespace KmsGateway.Fuzz;

/// <summary>Inputs that once showed the fuzzer something new, few of them: the folder corpus of this project.</summary>
internal static class Corpus
{
    // This program is built to artifacts/bin/KmsGateway.Fuzz/<configuration>/.
    public static string RepositoryRoot { get; } = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "..", ".."));

    public static IEnumerable<byte[]> Of(IFuzzTarget target)
    {
        var folder = Path.Combine(RepositoryRoot, "tests", "KmsGateway.Fuzz", "corpus", target.Name);
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

    public static string Name(byte[] input) => Convert.ToHexStringLower(SHA256.HashData(input).AsSpan(0, 8));
}
