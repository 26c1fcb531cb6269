using System.Text;
using System.Text.Json.Nodes;
using KmsGateway.Cli.Tests.Fixtures;
using KmsGateway.Testing;
using Xunit;

namespace KmsGateway.Cli.Tests.Commands;

/// <summary>The vectors about verification through the command: also those that end before a span is looked at, and those about files.</summary>
public sealed class VerifyVectorTests
{
    private static readonly string Root = Path.Combine(RepositoryLayout.Root, "tests", "vectors");

    public static TheoryData<string> Vectors =>
    [
        .. ((string[])["verify", "input", "store"])
            .SelectMany(folder => Directory.GetFiles(Path.Combine(Root, folder), "*.json"))
            .Select(path => Path.GetRelativePath(Root, path))
            .Order(StringComparer.Ordinal),
    ];

    [Theory]
    [MemberData(nameof(Vectors))]
    public async Task Verify_FilesOfTheVector_ReportsWhatTheSecondImplementationFinds(string path)
    {
        using var work = new Workplace();
        var vector = JsonNode.Parse(File.ReadAllText(Path.Combine(Root, path)))!;
        work.Write("trust.json", await File.ReadAllBytesAsync(
            Path.Combine(Root, (string)vector["trust"]!), TestContext.Current.CancellationToken));
        var files = new List<string>();
        foreach (var file in vector["files"]?.AsArray() ?? [vector["input"]!.DeepClone()])
        {
            files.Add($"traces{files.Count}");
            work.Write(files[^1], Bytes(file!));
        }

        var result = await work.RunAsync(
            ["verify", .. files, "--trust", "trust.json", "--format", "json", .. Options(vector["options"])]);

        var expect = vector["expect"]!;
        Assert.True((int)expect["exit_code"]! == result.ExitCode, $"exit code {result.ExitCode}: {result.Error}{result.Out}");
        var report = JsonNode.Parse(result.Out)!;
        Assert.Equal(result.ExitCode, (int)report["exit_code"]!);
        if (expect["verdicts"] is { } verdicts)
        {
            Assert.Equal(verdicts.AsArray().Select(Expected), report["spans"]!.AsArray().Select(Reported));
            Assert.Equal((int)expect["ordinary"]!, (int)report["population"]!["ordinary"]!);

            // The report has one error for each file; the vectors count each text.
            Assert.Equal((int?)expect["errors"] > 0, report["errors"]!.AsArray().Count > 0);
        }

        if (expect["report"] is { } population)
        {
            AssertReport(population, report);
        }
    }

    /// <summary>What X-30 wants of any report.</summary>
    private static void AssertReport(JsonNode expected, JsonNode report)
    {
        Assert.Equal((string)expected["format"]!, (string)report["format"]!);
        Assert.Equal((string)expected["root"]!, (string)report["trust"]!["root"]!);
        Assert.Equal((bool)expected["pinned"]!, (bool)report["trust"]!["pinned"]!);
        Assert.Equal((int)expected["seen"]!, (int)report["population"]!["seen"]!);
        Assert.Equal(
            expected["verdicts"]!.AsObject().Select(verdict => $"{verdict.Key} {verdict.Value}").Order(StringComparer.Ordinal),
            report["population"]!["by_verdict"]!.AsObject().Select(verdict => $"{verdict.Key} {verdict.Value}").Order(StringComparer.Ordinal));
    }

    private static string Expected(JsonNode? verdict)
    {
        var additions = verdict!["additions"]?.AsObject().SelectMany(group => group.Value!.AsArray()) ?? [];
        return Line(verdict, additions, verdict["lost"]?.AsArray());
    }

    private static string Reported(JsonNode? span) => Line(
        span!, span!["additions"]!.AsArray(), (string)span["verdict"]! == "unverifiable:lossy-store" ? span["groups"]!.AsArray() : null);

    private static string Line(JsonNode span, IEnumerable<JsonNode?> additions, IEnumerable<JsonNode?>? lost) =>
        $"{span["trace_id"]} {span["span_id"]} {span["verdict"]} +[{string.Join(',', additions)}] lost [{string.Join(',', lost ?? [])}]";

    private static byte[] Bytes(JsonNode file) =>
        file["text"] is { } text ? Encoding.UTF8.GetBytes((string)text!) : Convert.FromHexString((string)file["hex"]!);

    private static IEnumerable<string> Options(JsonNode? options)
    {
        foreach (var (name, value) in options?.AsObject() ?? [])
        {
            yield return $"--{name.Replace('_', '-')}";
            yield return value is JsonArray list ? string.Join(',', list.Select(item => (string)item!)) : (string)value!;
        }
    }
}
