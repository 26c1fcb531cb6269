using System.Text;
using System.Text.Json.Nodes;
using KmsGateway.Cli.Tests.Fixtures;
using KmsGateway.Testing;
using Xunit;

namespace KmsGateway.Cli.Tests.Commands;

/// <summary>The vectors of tests/vectors/verify through the command: also those that end before a span is looked at.</summary>
public sealed class VerifyVectorTests
{
    private static readonly string Root = Path.Combine(RepositoryLayout.Root, "tests", "vectors");

    public static TheoryData<string> Vectors =>
    [
        .. Directory.GetFiles(Path.Combine(Root, "verify"), "*.json")
            .Select(path => Path.GetFileName(path))
            .Order(StringComparer.Ordinal),
    ];

    [Theory]
    [MemberData(nameof(Vectors))]
    public async Task Verify_InputOfTheVector_ExitsWithItsCode(string name)
    {
        using var work = new Workplace();
        var vector = Read(Path.Combine(Root, "verify", name));
        var input = vector["input"]!;
        work.Write(
            "traces",
            input["text"] is { } text ? Encoding.UTF8.GetBytes((string)text!) : Convert.FromHexString((string)input["hex"]!));
        work.Write("trust.json", await File.ReadAllBytesAsync(
            Path.Combine(Root, (string)vector["trust"]!), TestContext.Current.CancellationToken));

        var result = await work.RunAsync(["verify", "traces", "--trust", "trust.json", "--format", "json", .. Options(vector["options"])]);

        Assert.True((int)vector["expect"]!["exit_code"]! == result.ExitCode, $"exit code {result.ExitCode}: {result.Error}{result.Out}");
        Assert.Equal(result.ExitCode, (int)JsonNode.Parse(result.Out)!["exit_code"]!);
    }

    private static IEnumerable<string> Options(JsonNode? options)
    {
        foreach (var (name, value) in options?.AsObject() ?? [])
        {
            yield return $"--{name.Replace('_', '-')}";
            yield return value is JsonArray list ? string.Join(',', list.Select(item => (string)item!)) : (string)value!;
        }
    }

    private static JsonNode Read(string path) => JsonNode.Parse(File.ReadAllText(path))!;
}
