using KmsGateway.EndToEnd.Tests.Operations;
using KmsGateway.Testing;
using KmsGateway.Testing.Processes;
using Xunit;

namespace KmsGateway.EndToEnd.Tests.Drills;

/// <summary>A real Prometheus scrapes a gateway under load: for a minute, or ten with <c>KMSGATEWAY_DRILLS=full</c>.</summary>
public sealed class ScrapeLoadTests(PostgresServer postgres)
{
    private const string Job = "kmsgateway";

    // A scrape has to end before the next one: two seconds are little on a busy machine.
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(DrillMode.IsFull ? 15 : 5);
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(DrillMode.IsFull ? 100 : 250);
    private static readonly int Scrapes = DrillMode.IsFull ? 40 : 12;

    // Counted from values that change between two scrapes; public and encryption keys are not retrieved from the KMS while a gateway runs.
    private static readonly string[] Slis =
    [
        "kms_cache_hit_rate{key_type=\"signing\"}",
        "kms_cache_access_p99{key_type=\"signing\"}",
        "kms_operation_p99{key_type=\"signing\"}",
        "kms_success_rate",
        "kms_rotation_timeliness",
        "job:kmsgateway_span_errors:ratio_rate5m",
    ];

    // Charts that show only what went wrong, or a limit that this machine may not have; and rules that are evaluated every two minutes.
    private static readonly string[] MayBeEmpty =
        ["ALERTS", "> 0", "< +Inf", "kms_rotation_success_rate", ":ratio_rate1d", ":ratio_rate3d"];

    [Fact]
    public async Task Scrape_UnderLoad_NeverFailsAndEveryRuleEvaluates()
    {
        var drill = new SmallCacheDrill();
        await using var ground = await DrillGround.StartAsync(postgres, drill, Pace);
        await using var prometheus = await PrometheusServer.StartAsync(Interval, PrometheusServer.ShippedRules);
        await prometheus.ScrapeAsync(Job, ground.Gateway.Management);
        await drill.InjectAsync(ground);
        await ground.Installation.RotateAsync(ground.Gateway, TenantLoad.NameOf(0));

        await Poll.UntilAsync(
            async () => await prometheus.CountAsync($"count_over_time(up[1h]) >= {Scrapes}") == 1,
            () => "There were not as many scrapes as intended.",
            Patience.Limit + (2 * Scrapes * Interval),
            pause: Interval / 2);

        await AssertEveryScrapeSucceededAsync(prometheus);
        await AssertEveryNameIsThereAsync(prometheus);
        await AssertEveryRuleEvaluatesAsync(prometheus);
        await AssertDashboardsHaveDataAsync(prometheus);
        foreach (var sli in Slis)
        {
            Assert.True(await prometheus.CountAsync(sli) > 0, $"{sli} has no data.");
        }

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{Scrapes} scrapes, {ground.Load.Sent} requests of which {ground.Load.Refused} were told to come again, {await ValueAsync(prometheus, "scrape_samples_scraped")} samples, "
            + $"slowest scrape {await ValueAsync(prometheus, "max_over_time(scrape_duration_seconds[1h])")} s");
    }

    private static async Task AssertEveryScrapeSucceededAsync(PrometheusServer prometheus)
    {
        Assert.Equal(0, await prometheus.CountAsync("min_over_time(up[1h]) == 0"));
        Assert.Equal(0, await prometheus.CountAsync("min_over_time(scrape_samples_scraped[1h]) == 0"));
        var targets = await prometheus.GetAsync("/api/v1/targets");
        Assert.Equal("", targets["activeTargets"]![0]!["lastError"]!.GetValue<string>());
    }

    private static async Task AssertEveryNameIsThereAsync(PrometheusServer prometheus)
    {
        var names = (await prometheus.GetAsync("/api/v1/label/__name__/values")).AsArray().Select(name => name!.GetValue<string>());
        Assert.Empty(GoldenScrape.Series.Except(names, StringComparer.Ordinal));
    }

    private static async Task AssertEveryRuleEvaluatesAsync(PrometheusServer prometheus)
    {
        var groups = (await prometheus.GetAsync("/api/v1/rules"))["groups"]!.AsArray();
        var rules = groups.SelectMany(group => group!["rules"]!.AsArray()).ToList();
        Assert.Contains(rules, rule => rule!["name"]!.GetValue<string>() == "KMSProbeDown");
        foreach (var rule in rules)
        {
            Assert.NotEqual("err", rule!["health"]!.GetValue<string>());
            await prometheus.QueryAsync(rule["query"]!.GetValue<string>());
        }
    }

    private static async Task AssertDashboardsHaveDataAsync(PrometheusServer prometheus)
    {
        var empty = new List<string>();
        foreach (var expression in Dashboard.Names.SelectMany(name => new Dashboard(name).ExpressionsFor(Job, "1m")))
        {
            if (await prometheus.CountAsync(expression) == 0)
            {
                empty.Add(expression);
            }
        }

        Assert.True(empty.All(MayBe), string.Join('\n', empty));
    }

    private static bool MayBe(string expression) => MayBeEmpty.Any(part => expression.Contains(part, StringComparison.Ordinal));

    private static async Task<string> ValueAsync(PrometheusServer prometheus, string expression) =>
        (await prometheus.QueryAsync(expression))[0]["value"]![1]!.GetValue<string>();
}
