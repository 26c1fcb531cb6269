using System.Globalization;
using System.Text.Json.Nodes;
using Xunit;

namespace KmsGateway.Testing.Processes;

/// <summary>A real Prometheus with rules of the repository, which scrapes what it is told while it runs.</summary>
public sealed class PrometheusServer : IAsyncDisposable
{
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(30) };
    private readonly ServerProcess _process;

    private PrometheusServer(Uri address, ServerProcess process)
    {
        (Address, _process) = (address, process);
    }

    public Uri Address { get; }

    /// <summary>The files of rules that the repository ships, by name.</summary>
    public static IReadOnlyDictionary<string, string> ShippedRules { get; } =
        Directory.GetFiles(Path.Combine(RepositoryLayout.Root, "monitoring", "prometheus"), "*.rules.yml")
            .ToDictionary(path => Path.GetFileName(path)!, File.ReadAllText, StringComparer.Ordinal);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <param name="interval">Between two scrapes, and between two evaluations of the rules.</param>
    public static async Task<PrometheusServer> StartAsync(
        TimeSpan interval, IReadOnlyDictionary<string, string> rules, AlertmanagerServer? alertmanager = null)
    {
        var program = Requires.Program("prometheus");
        var address = new Uri($"http://127.0.0.1:{FixedPort.Take()}");
        var configuration = Configuration(interval, rules.Keys, alertmanager).ToJsonString();
        var process = await ServerProcess.StartAsync(
            program,
            new Dictionary<string, string>(rules) { ["prometheus.json"] = configuration },
            [
                "--config.file=prometheus.json",
                "--storage.tsdb.path=data",
                $"--web.listen-address={address.Authority}",
                "--log.level=warn",
            ],
            new Uri(address, "/-/ready"));
        return new PrometheusServer(address, process);
    }

    /// <summary>Scrapes management ports under a job from now on, and waits until it has seen them three times.</summary>
    public async Task ScrapeAsync(string job, params IReadOnlyList<Uri> targets)
    {
        var entry = new JsonArray(new JsonObject
        {
            ["targets"] = new JsonArray([.. targets.Select(target => (JsonNode)target.Authority)]),
            ["labels"] = new JsonObject { ["job"] = job },
        });

        // Put in place whole: Prometheus looks at the file as soon as it is there.
        var folder = _process.Folder;
        await File.WriteAllTextAsync(folder[$"{job}.new"], entry.ToJsonString(), Cancel);
        File.Move(folder[$"{job}.new"], folder[$"{job}.targets.json"], overwrite: true);
        await Poll.UntilAsync(
            async () => await CountAsync($"sum_over_time(up{{job=\"{job}\"}}[5m]) >= 3") == targets.Count,
            () => $"Prometheus does not scrape {string.Join(", ", targets)}:\n{_process.Output}");
    }

    /// <summary>The samples of an expression now. Fails the test where it cannot be evaluated.</summary>
    public async Task<IReadOnlyList<JsonNode>> QueryAsync(string expression) =>
        [.. (await GetAsync($"/api/v1/query?query={Uri.EscapeDataString(expression)}"))["result"]!.AsArray().Select(sample => sample!)];

    /// <summary>How many samples an expression has now.</summary>
    public async Task<int> CountAsync(string expression) => (await QueryAsync(expression)).Count;

    /// <summary>The <c>data</c> of an answer of its API.</summary>
    public async Task<JsonNode> GetAsync(string path)
    {
        using var response = await _http.GetAsync(new Uri(Address, path), Cancel);
        var body = await response.Content.ReadAsStringAsync(Cancel);
        Assert.True(response.IsSuccessStatusCode, $"{path}: {body}");
        return JsonNode.Parse(body)!["data"]!;
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _http.Dispose();
    }

    // JSON is YAML, too.
    private static JsonObject Configuration(TimeSpan interval, IEnumerable<string> rules, AlertmanagerServer? alertmanager)
    {
        var configuration = new JsonObject
        {
            ["global"] = new JsonObject
            {
                ["scrape_interval"] = Seconds(interval),
                ["scrape_timeout"] = Seconds(interval < TimeSpan.FromSeconds(10) ? interval : TimeSpan.FromSeconds(10)),
                ["evaluation_interval"] = Seconds(interval),
            },
            ["rule_files"] = new JsonArray([.. rules.Select(rule => (JsonNode)rule)]),
            ["scrape_configs"] = new JsonArray(new JsonObject
            {
                ["job_name"] = "kmsgateway",
                ["file_sd_configs"] = new JsonArray(new JsonObject
                {
                    ["files"] = new JsonArray("*.targets.json"),
                    ["refresh_interval"] = "1s",
                }),
            }),
        };
        if (alertmanager is not null)
        {
            var targets = new JsonObject { ["targets"] = new JsonArray(alertmanager.Address.Authority) };
            configuration["alerting"] = new JsonObject
            {
                ["alertmanagers"] = new JsonArray(new JsonObject { ["static_configs"] = new JsonArray(targets) }),
            };
        }

        return configuration;
    }

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0", CultureInfo.InvariantCulture) + "s";
}
