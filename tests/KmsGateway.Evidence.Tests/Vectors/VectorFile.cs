using System.Text.Json.Nodes;
using KmsGateway.Evidence.Otlp;
using KmsGateway.Testing;

namespace KmsGateway.Evidence.Tests.Vectors;

/// <summary>One file of tests/vectors: see its README.</summary>
internal sealed class VectorFile
{
    private VectorFile(JsonNode json)
    {
        Json = json;
    }

    public static string Root { get; } = Path.Combine(RepositoryLayout.Root, "tests", "vectors");

    public JsonNode Json { get; }

    public JsonNode Expect => Json["expect"]!;

    public bool IsUndecodable => (bool?)Expect["undecodable"] == true;

    public ITraceEncoding Encoding => (string?)Json["input"]!["encoding"] switch
    {
        "json" => JsonTraceEncoding.Instance,
        "protobuf" => ProtobufTraceEncoding.Instance,
        var other => throw new InvalidDataException($"The vector has an input of encoding '{other}'."),
    };

    public byte[] Input => Bytes(Json["input"]!);

    public static IEnumerable<string> Names(string folder) =>
        Directory.GetFiles(Path.Combine(Root, folder), "*.json").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal);

    public static VectorFile Read(string folder, string name) =>
        new(JsonNode.Parse(File.ReadAllText(Path.Combine(Root, folder, name)))!);

    /// <summary>A body given as text, or as hex where it is not text.</summary>
    public static byte[] Bytes(JsonNode body) => body["text"] is { } text
        ? System.Text.Encoding.UTF8.GetBytes((string)text!)
        : Convert.FromHexString((string)body["hex"]!);

    public static KeyPatterns Patterns(JsonNode? patterns) => new(patterns!.AsArray().Select(pattern => (string)pattern!));
}
