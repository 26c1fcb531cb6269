using System.Text.RegularExpressions;
using KmsGateway.Testing;
using KmsGateway.Testing.Processes;

namespace KmsGateway.Proxy.Tests.Operations;

/// <summary>Who is on call finds for each alert one page, of one form, whose commands are complete.</summary>
public sealed partial class RunbookTests
{
    private const int MaxLines = 120;
    private const int FirstScreen = 24;
    private const RegexOptions Lines = RegexOptions.Multiline | RegexOptions.ExplicitCapture;

    private static readonly string[] Sections =
    [
        "Meaning", "Impact", "Why this threshold", "Diagnosis", "Mitigation", "Verify", "Escalate", "Silence", "Rollback", "Drill",
        "Related", "Review",
    ];

    // The drills run those with `test`; `manual` ones need a cluster, an account, or a name to be filled in.
    private static readonly string[] Kinds = ["bash manual", "bash test=diagnose", "bash test=mitigate", "bash test=verify"];

    private static readonly string Folder = Path.Combine(RepositoryLayout.Root, "runbooks");

    public static TheoryData<string> Files => [.. Directory.GetFileSystemEntries(Folder).Select(path => Path.GetFileName(path))];

    [Fact]
    public void Alerts_AndRunbooks_AreOneToOne()
    {
        var rules = File.ReadAllText(Path.Combine(RepositoryLayout.Root, "monitoring", "prometheus", "alerts.rules.yml"));
        var names = AlertName().Matches(rules).Select(match => match.Groups["name"].Value).ToList();
        var files = RunbookUrl().Matches(rules).Select(match => match.Groups["file"].Value).ToList();
        Assert.Equal(names.Count, files.Count);
        var alerts = names.Zip(files).Distinct().OrderBy(pair => pair.Second, StringComparer.Ordinal).ToList();

        Assert.Equal(alerts.Select(pair => pair.First).Distinct(), alerts.Select(pair => pair.First));
        Assert.Equal(alerts.Select(pair => pair.Second), Files.Select(row => row.Data).Order(StringComparer.Ordinal));
        Assert.All(alerts, pair => Assert.StartsWith($"# {pair.First}: ", Read(pair.Second), StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Runbook_HasAllSections_AndItsFirstCommandOnTheFirstScreen(string file)
    {
        var text = Read(file);
        var lines = text.TrimEnd().Split('\n');

        Assert.InRange(lines.Length, 1, MaxLines);
        Assert.Equal(
            Sections,
            Heading().Matches(text).Where(match => match.Groups["level"].Length == 2).Select(match => match.Groups["text"].Value));
        Assert.InRange(Array.FindIndex(lines, line => line.StartsWith("```", StringComparison.Ordinal)), 1, FirstScreen);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Blocks_AreOfAKindThatDrillsKnow_AndParse(string file)
    {
        var bash = Requires.Program("bash");
        var blocks = Block().Matches(Read(file))
            .Select(match => (Kind: match.Groups["kind"].Value, Script: match.Groups["script"].Value))
            .ToList();

        Assert.All(blocks, block => Assert.Contains(block.Kind, Kinds));
        Assert.Contains(blocks, block => block.Kind == "bash test=diagnose");
        Assert.Contains(blocks, block => block.Kind == "bash test=verify");
        foreach (var (_, script) in blocks)
        {
            (await ProgramResult.OfAsync(bash, ["-n"], Folder, script)).ExitedWith(0);
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Links_ToFilesAndHeadings_Resolve(string file)
    {
        var targets = Link().Matches(Read(file))
            .Select(match => match.Groups["target"].Value)
            .Where(target => !target.StartsWith("https://", StringComparison.Ordinal))
            .ToList();

        Assert.NotEmpty(targets);
        Assert.All(targets, target =>
        {
            var parts = target.Split('#', 2);
            Assert.True(File.Exists(Path.Combine(Folder, parts[0])), target);
            Assert.True(parts.Length == 1 || Anchors(parts[0]).Contains(parts[1]), target);
        });
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Events_ThatAreLookedFor_AreLogged(string file)
    {
        var logged = Directory.EnumerateFiles(Path.Combine(RepositoryLayout.Root, "src"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(source => LoggedEvent().Matches(File.ReadAllText(source)))
            .Select(match => match.Groups["id"].Value)
            .ToHashSet(StringComparer.Ordinal);

        Assert.Subset(logged, EventNumber().Matches(Read(file)).Select(match => match.Value).ToHashSet(StringComparer.Ordinal));
    }

    private static string Read(string file) => File.ReadAllText(Path.Combine(Folder, file));

    // As GitHub makes them of headings.
    private static IEnumerable<string> Anchors(string file) =>
        Heading().Matches(Read(file))
            .Select(match => NotOfAnchors().Replace(match.Groups["text"].Value.ToLowerInvariant(), "").Replace(' ', '-'));

    [GeneratedRegex(@"^ *- alert: (?<name>\w+)$", Lines, 1000)]
    private static partial Regex AlertName();

    [GeneratedRegex(@"^ *runbook_url: https://\S+/blob/main/runbooks/(?<file>\S+)$", Lines, 1000)]
    private static partial Regex RunbookUrl();

    [GeneratedRegex("^(?<level>#+) (?<text>.+)$", Lines, 1000)]
    private static partial Regex Heading();

    [GeneratedRegex("^```(?<kind>.*)\n(?<script>(.*\n)*?)```$", Lines, 1000)]
    private static partial Regex Block();

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)", Lines, 1000)]
    private static partial Regex Link();

    [GeneratedRegex(@"[^\w\- ]", Lines, 1000)]
    private static partial Regex NotOfAnchors();

    [GeneratedRegex(@"LoggerMessage\((?<id>\d{4}),", Lines, 1000)]
    private static partial Regex LoggedEvent();

    [GeneratedRegex(@"\b(10|40)\d\d\b", Lines, 1000)]
    private static partial Regex EventNumber();
}
