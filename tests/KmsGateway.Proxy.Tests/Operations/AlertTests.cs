using System.Text.RegularExpressions;
using KmsGateway.Testing;
using KmsGateway.Testing.Processes;

namespace KmsGateway.Proxy.Tests.Operations;

/// <summary>Every alert has been seen to fire and to be silent, by Prometheus' own tool.</summary>
public sealed partial class AlertTests
{
    private static readonly string Monitoring = Path.Combine(RepositoryLayout.Root, "monitoring");

    public static TheoryData<string> Alerts => [.. AlertName().Matches(
        File.ReadAllText(Path.Combine(Monitoring, "prometheus", "alerts.rules.yml"))).Select(match => match.Groups["name"].Value).Distinct()];

    [Theory]
    [MemberData(nameof(Alerts))]
    public void Alert_HasATestOfFiringAndOneOfSilence(string alert)
    {
        var cases = Directory.GetFiles(Path.Combine(Monitoring, "prometheus", "tests"), "*.test.yml")
            .SelectMany(file => Case().Matches(File.ReadAllText(file)))
            .Where(match => match.Groups["name"].Value == alert)
            .Select(match => !match.Groups["silent"].Success)
            .ToList();

        Assert.Contains(true, cases);
        Assert.Contains(false, cases);
    }

    [Fact]
    public async Task Monitoring_IsValidAndItsTestsPass()
    {
        Requires.Program("promtool");
        Requires.Program("amtool");
        Requires.Program("jq");
        var bash = Requires.Program("bash");

        // Rules over 90 days are half a minute's work for a whole core, and beside other tests there is none.
        var check = await ProgramResult.OfAsync(bash, ["check.sh"], Monitoring, limit: TimeSpan.FromMinutes(10));

        check.ExitedWith(0);
    }

    [GeneratedRegex(@"^\s*- alert: (?<name>\w+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex AlertName();

    // Nothing expected: it is silent.
    [GeneratedRegex(@"alertname: (?<name>\w+)[^{}]*?exp_alerts:\s*(?<silent>\[\])?", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Case();
}
