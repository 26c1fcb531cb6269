using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using KmsGateway.Testing;
using KmsGateway.Testing.Processes;
using Xunit;

namespace KmsGateway.EndToEnd.Tests.Operations;

/// <summary>The dashboards are what a Grafana can show: their expressions parse, and name what a gateway and its rules have.</summary>
public sealed partial class DashboardTests
{
    // A grid of Grafana is 24 wide.
    private const int GridWidth = 24;

    private static readonly string Monitoring = Path.Combine(RepositoryLayout.Root, "monitoring");

    // What Prometheus makes itself.
    private static readonly string[] OfPrometheus = ["up", "ALERTS"];

    public static TheoryData<string> Names => [.. Dashboard.Names];

    [Fact]
    public async Task Expressions_OfAllDashboards_ParseByPromtool()
    {
        Requires.Program("promtool");
        Requires.Program("jq");
        var bash = Requires.Program("bash");
        var expressions = Dashboard.Names.Sum(name => new Dashboard(name).Expressions.Count());

        var result = await ProgramResult.OfAsync(bash, ["grafana/expressions.sh"], Monitoring);

        result.ExitedWith(0);
        Assert.Contains($"SUCCESS: {expressions} rules found", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Metrics_OfADashboard_AreScrapedOrRecorded(string name)
    {
        var known = KnownMetrics();

        var named = Selectors(name).Select(selector => selector.Groups["name"].Value).Distinct().ToArray();

        Assert.NotEmpty(named);
        Assert.Empty(named.Except(known));
    }

    // Where one Prometheus has several installations, a sum over all of them is nobody's.
    [Theory]
    [MemberData(nameof(Names))]
    public void Selectors_OfADashboard_AreOfTheChosenJob(string name) =>
        Assert.All(Selectors(name), selector => Assert.Contains("job=\"$job\"", selector.Groups["labels"].Value, StringComparison.Ordinal));

    [Theory]
    [MemberData(nameof(Names))]
    public void Charts_OfADashboard_HaveTitleDescriptionAndUnit(string name) =>
        Assert.All(new Dashboard(name).Charts, chart =>
        {
            var title = Text(chart["title"]);
            Assert.False(string.IsNullOrWhiteSpace(title), "A panel has no title.");
            Assert.False(string.IsNullOrWhiteSpace(Text(chart["description"])), $"{title} has no description.");
            Assert.False(string.IsNullOrWhiteSpace(Text(chart["fieldConfig"]!["defaults"]!["unit"])), $"{title} has no unit.");
        });

    [Theory]
    [MemberData(nameof(Names))]
    public void Panels_OfADashboard_HaveIdsOfTheirOwnAndDoNotOverlap(string name)
    {
        var panels = new Dashboard(name).Panels;

        var cells = panels.SelectMany(Cells).ToArray();

        Assert.Distinct(panels.Select(panel => panel["id"]!.GetValue<int>()));
        Assert.Distinct(cells);
        Assert.All(cells, cell => Assert.InRange(cell.X, 0, GridWidth - 1));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Runbooks_OfADashboard_AreThoseOfAlerts(string name)
    {
        var alerts = File.ReadAllText(Path.Combine(Monitoring, "prometheus", "alerts.rules.yml"));

        var runbooks = new Dashboard(name).Links.Where(link => link.Contains("/blob/main/runbooks/", StringComparison.Ordinal));

        Assert.NotEmpty(runbooks);
        Assert.All(runbooks, runbook => Assert.Contains($"runbook_url: {runbook}\n", alerts, StringComparison.Ordinal));
    }

    [Fact]
    public void Uids_OfAllDashboards_Differ() => Assert.Distinct(Dashboard.Names.Select(name => new Dashboard(name).Uid));

    private static HashSet<string> KnownMetrics()
    {
        var rules = File.ReadAllText(Path.Combine(Monitoring, "prometheus", "recording.rules.yml"));
        return
        [
            .. OfPrometheus,
            .. GoldenScrape.Series,
            .. RecordedName().Matches(rules).Select(match => match.Groups["name"].Value),
        ];
    }

    private static IEnumerable<Match> Selectors(string dashboard) =>
        new Dashboard(dashboard).Expressions.SelectMany(expression => Selector().Matches(expression));

    private static IEnumerable<(int X, int Y)> Cells(JsonObject panel)
    {
        var place = panel["gridPos"]!;
        int Number(string name) => place[name]!.GetValue<int>();
        return from x in Enumerable.Range(Number("x"), Number("w"))
               from y in Enumerable.Range(Number("y"), Number("h"))
               select (x, y);
    }

    private static string? Text(JsonNode? node) => node?.GetValue<string>();

    [GeneratedRegex(@"(?<name>[A-Za-z_:][A-Za-z0-9_:]*)\{(?<labels>[^}]*)\}", RegexOptions.NonBacktracking)]
    private static partial Regex Selector();

    [GeneratedRegex(@"record: (?<name>\S+)", RegexOptions.NonBacktracking)]
    private static partial Regex RecordedName();
}
