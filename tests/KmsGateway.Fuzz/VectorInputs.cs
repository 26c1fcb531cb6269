using System.Text;
using System.Text.Json.Nodes;

namespace KmsGateway.Fuzz;

/// <summary>The inputs of tests/vectors: every shape that somebody has thought of already.</summary>
internal static class VectorInputs
{
    public static IEnumerable<byte[]> Of(string encoding) => Of(encoding, "sign", "verify");

    public static IEnumerable<byte[]> Of(string encoding, params string[] folders) => Read(folders)
        .Select(vector => vector["input"])
        .Where(input => (string?)input?["encoding"] == encoding)
        .Select(input => input!["text"] is { } text ? Encoding.UTF8.GetBytes((string)text!) : Convert.FromHexString((string)input["hex"]!));

    public static IEnumerable<byte[]> Statements() => Read("sign")
        .Select(vector => (string?)vector["expect"]?["statement"])
        .OfType<string>()
        .Select(Encoding.UTF8.GetBytes);

    public static IEnumerable<byte[]> TrustFiles() =>
        Directory.GetFiles(Folder("trust"), "*.json").Where(file => !file.EndsWith(".case.json", StringComparison.Ordinal)).Select(File.ReadAllBytes);

    private static IEnumerable<JsonNode> Read(params string[] folders) => folders
        .SelectMany(folder => Directory.GetFiles(Folder(folder), "*.json").Order(StringComparer.Ordinal))
        .Select(file => JsonNode.Parse(File.ReadAllText(file))!);

    private static string Folder(string name) => Path.Combine(Corpus.RepositoryRoot, "tests", "vectors", name);
}
