using System.Text.RegularExpressions;
using KmsGateway.Keys;
using KmsGateway.Proxy.Listeners;
using KmsGateway.Proxy.Tests.Support;
using KmsGateway.Testing;
using KmsGateway.Testing.Clients;
using KmsGateway.Testing.Traces;
using Microsoft.Extensions.DependencyInjection;

namespace KmsGateway.Proxy.Tests.Telemetry;

/// <summary>What a scrape holds is a contract with alerts and dashboards: it is compared with a file, and the documents with that.</summary>
[Collection(nameof(HearsEverything))]
public sealed partial class ScrapeTests
{
    // Of those that the framework makes: what documents and dashboards use.
    private static readonly string[] OfTheFramework =
        ["http_server_request_duration_seconds", "http_client_request_duration_seconds", "kestrel_active_connections"];

    private static readonly string[] Folders = ["docs", "monitoring", "runbooks"];

    [Theory]
    [InlineData("/metrics")]
    [InlineData("/q/metrics")]
    public async Task Scrape_HasTheFamiliesOfTheGoldenFile(string path)
    {
        await using var gateway = await TestGateway.StartAsync("--EmbeddedSink:Enabled=true", "--Encryption:Attributes:0=user.email");
        using var client = new OtlpClient();

        // A histogram appears with its first value.
        (await gateway.Services.GetRequiredService<TenantKeys>().GetEncryptionKeyAsync("default", TestContext.Current.CancellationToken)).Lease!.Dispose();
        (await client.SendAsync(gateway.Address(GatewayListener.OtlpHttp), TraceRequests.Mixed(1, 1))).Succeeded();
        (await client.SendAsync(gateway.Address(GatewayListener.OtlpHttp), TraceRequests.Mixed(1, 1))).Succeeded();
        await gateway.Management.GetStringAsync("/.well-known/jwks/default.json", TestContext.Current.CancellationToken);

        // Behind the start counters of keys begin at 0: last, as an answer is kept for a moment.
        var scrape = "";
        await Poll.UntilAsync(async () =>
        {
            scrape = await gateway.Management.GetStringAsync(path, TestContext.Current.CancellationToken);
            return scrape.Contains("kms_errors_total", StringComparison.Ordinal);
        });
        var actual = FamiliesOf(scrape);

        var file = Path.Combine(RepositoryLayout.Root, "artifacts", "scrape.actual");
        await File.WriteAllLinesAsync(file, actual, TestContext.Current.CancellationToken);
        Assert.True(
            actual.SequenceEqual(GoldenScrape.Lines),
            $"The scrape has changed: compare {file} with {GoldenScrape.File}. Names and labels are a contract with alerts and dashboards.");
    }

    [Fact]
    public async Task Histograms_OfKeys_HaveTheBoundsOfThePromises()
    {
        await using var gateway = await TestGateway.StartWithSinkAsync();

        // The keys are warmed up behind the start, and before it is ready.
        await gateway.WaitUntilReadyAsync();
        var scrape = await gateway.Management.GetStringAsync("/metrics", TestContext.Current.CancellationToken);

        Assert.Contains("kms_retrieve_signing_key_seconds_bucket{cache=\"miss\",le=\"0.005\"}", scrape, StringComparison.Ordinal);
        Assert.Contains("kms_retrieve_signing_key_seconds_bucket{cache=\"miss\",le=\"0.1\"}", scrape, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TenantLabels_MoreTenantsThanLabels_ShareOther()
    {
        await using var gateway = await TestGateway.StartAsync(
            "--EmbeddedSink:Enabled=true", "--Telemetry:MaxTenantLabels=1", "--Tenancy:Tenants:1=acme", "--Tenancy:Tenants:2=globex");

        var scrape = await gateway.Management.GetStringAsync("/metrics", TestContext.Current.CancellationToken);

        var tenants = TenantId().Matches(scrape).Select(match => match.Groups["id"].Value).Distinct().ToList();
        Assert.Equal(2, tenants.Count);
        Assert.Contains("other", tenants);
        Assert.Contains("kmsgateway_tenant_info{tenant_id=\"other\"} 2", scrape, StringComparison.Ordinal);
    }

    // A name in an alert, a runbook or a dashboard that no scrape has is silence when it matters.
    [Fact]
    public void Documents_NameOnlyMetricsThatExist()
    {
        var known = GoldenScrape.Names.Concat(RecordedNames()).ToHashSet(StringComparer.Ordinal);
        var files = Folders.Select(folder => Path.Combine(RepositoryLayout.Root, folder)).Where(Directory.Exists)
            .SelectMany(folder => Directory.GetFiles(folder, "*.*", SearchOption.AllDirectories))
            .Where(file => Path.GetExtension(file) is ".md" or ".yml" or ".json" or ".test");

        var unknown = files.SelectMany(file => MetricName().Matches(File.ReadAllText(file))
            .Select(match => match.Value)
            .Where(name => !known.Contains(name) && !known.Contains(Suffix().Replace(name, "")))
            .Select(name => $"{Path.GetRelativePath(RepositoryLayout.Root, file)}: {name}"));

        Assert.Empty(unknown.Distinct(StringComparer.Ordinal));
    }

    [Fact]
    public void MetricsDocument_DescribesEachMetricOfTheGateway()
    {
        var document = File.ReadAllText(Path.Combine(RepositoryLayout.Root, "docs", "metrics.md"));
        var described = Row().Matches(document).Select(match => match.Groups["name"].Value).ToHashSet(StringComparer.Ordinal);

        Assert.Equal(
            GoldenScrape.Names.Where(name => MetricName().IsMatch(name)).Order(StringComparer.Ordinal),
            described.Where(name => MetricName().IsMatch(name)).Order(StringComparer.Ordinal));
    }

    private static List<string> FamiliesOf(string scrape)
    {
        var lines = scrape.Split('\n');
        var types = lines.Where(line => line.StartsWith("# TYPE ", StringComparison.Ordinal))
            .Select(line => line.Split(' ')).ToDictionary(parts => parts[2], parts => parts[3], StringComparer.Ordinal);
        var labels = lines.Where(line => line.Length > 0 && line[0] != '#').Select(line => Sample().Match(line))
            .ToLookup(match => FamilyOf(match.Groups["name"].Value, types), match => match.Groups["labels"].Value, StringComparer.Ordinal);
        return
        [
            .. types.Where(type => MetricName().IsMatch(type.Key) || OfTheFramework.Contains(type.Key))
                .Select(type => $"{type.Key} {type.Value}{(MetricName().IsMatch(type.Key) ? LabelsOf(labels[type.Key]) : "")}")
                .Order(StringComparer.Ordinal),
        ];
    }

    private static string FamilyOf(string sample, Dictionary<string, string> types) =>
        types.ContainsKey(sample) ? sample : Suffix().Replace(sample, "");

    private static string LabelsOf(IEnumerable<string> labels)
    {
        var names = labels.SelectMany(text => LabelName().Matches(text).Select(match => match.Groups["name"].Value))
            .Distinct(StringComparer.Ordinal).Where(name => name != "le").Order(StringComparer.Ordinal);
        return $" {{{string.Join(',', names)}}}";
    }

    private static IEnumerable<string> RecordedNames()
    {
        var file = Path.Combine(RepositoryLayout.Root, "monitoring", "prometheus", "recording.rules.yml");
        return File.Exists(file) ? Recorded().Matches(File.ReadAllText(file)).Select(match => match.Groups["name"].Value) : [];
    }

    [GeneratedRegex(@"^(?<name>[a-zA-Z0-9_:]+)(\{(?<labels>.*)\})? ", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Sample();

    [GeneratedRegex("(?<name>[a-z_]+)=\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex LabelName();

    [GeneratedRegex("tenant_id=\"(?<id>[^\"]*)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex TenantId();

    [GeneratedRegex(@"(?<![:\w])(kms|kmsgateway)_[a-z0-9]+_[a-z0-9_]*[a-z0-9]\b(?![/.:])|\bcircuit_breaker_state\b", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex MetricName();

    [GeneratedRegex("_(bucket|sum|count)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Suffix();

    [GeneratedRegex(@"record:\s*(?<name>\S+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Recorded();

    [GeneratedRegex(@"^\| `(?<name>[a-z_]+)`", RegexOptions.ExplicitCapture | RegexOptions.Multiline, 1000)]
    private static partial Regex Row();
}
