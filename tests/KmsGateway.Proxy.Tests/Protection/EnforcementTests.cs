using KmsGateway.Proxy.Listeners;
using KmsGateway.Proxy.Tests.Support;
using KmsGateway.Proxy.Tests.Telemetry;
using KmsGateway.Testing;
using KmsGateway.Testing.Clients;
using KmsGateway.Testing.Collector;
using KmsGateway.Testing.Traces;
using Microsoft.Extensions.Logging;

namespace KmsGateway.Proxy.Tests.Protection;

/// <summary>What each mode makes of a KMS that is away, of spans that cannot be signed, and how it is said.</summary>
[Collection(nameof(HearsEverything))]
public sealed class EnforcementTests
{
    private const int WithoutKey = 4043;
    private const int NotSignable = 4044;
    private const int NotEnforced = 4063;

    [Fact]
    public async Task Observe_KmsAway_SpansGoOnMarkedCountedAndLogged()
    {
        var log = new LogCapture();
        await using var collector = await RecordingCollector.StartAsync();
        using var folder = new TemporaryFolder();
        var masterKey = Path.Combine(folder.Path, "kms", "master.key");
        await using var gateway = await StartAsync(collector, log, "--Enforcement:Mode=observe", $"--Kms:Local:MasterKeyFile={masterKey}", "--Cache:WarmUp=false");
        File.Move(masterKey, masterKey + ".away");

        var away = await SendAsync(gateway, collector);
        File.Move(masterKey + ".away", masterKey);
        var back = await SendAsync(gateway, collector);

        Assert.Equal(("key-unavailable", "signed"), (away, back));
        Assert.Equal((1, 1), (log.Count(WithoutKey), log.Count(NotEnforced)));
        var lines = await ScrapeAsync(gateway);
        Assert.Contains("kmsgateway_spans_unsigned_total{reason=\"observe\"} 1", lines);
        Assert.Contains("kmsgateway_spans_signed_total{tenant_id=\"default\"} 1", lines);
        Assert.Contains("kmsgateway_enforcement_mode{tenant_id=\"default\"} 1", lines);
    }

    [Fact]
    public async Task DryRun_SpanThatCannotBeSigned_GoesOnUntouchedAndIsLogged()
    {
        var log = new LogCapture();
        await using var collector = await RecordingCollector.StartAsync();
        await using var gateway = await StartAsync(collector, log, "--Enforcement:Mode=dry-run");

        Assert.Equal("untouched", await SendAsync(gateway, collector));
        Assert.Equal(0, log.Count(NotSignable));
        Assert.Equal("untouched", await SendAsync(gateway, collector, SpanBuilder.Compliance().Attribute("compliance.framework", "twice")));

        Assert.Equal((1, 1), (log.Count(NotSignable), log.Count(NotEnforced)));
        var lines = await ScrapeAsync(gateway);
        Assert.Contains("kmsgateway_spans_unsigned_total{reason=\"dry-run\"} 2", lines);
        Assert.Contains("kmsgateway_spans_signed_total{tenant_id=\"default\"} 0", lines);
        Assert.Contains("kmsgateway_enforcement_mode{tenant_id=\"default\"} 2", lines);
    }

    [Fact]
    public async Task Enforce_Always_IsModeZero()
    {
        await using var collector = await RecordingCollector.StartAsync();
        await using var gateway = await StartAsync(collector, new LogCapture());

        Assert.Contains("kmsgateway_enforcement_mode{tenant_id=\"default\"} 0", await ScrapeAsync(gateway));
    }

    private static Task<TestGateway> StartAsync(RecordingCollector collector, LogCapture log, params string[] settings) =>
        TestGateway.StartAsync(
            builder => builder.Logging.AddProvider(log),
            [.. TestGateway.Upstreams(collector.GrpcAddress, collector.HttpAddress), "--Logging:LogLevel:Default=Warning", .. settings]);

    private static async Task<string> SendAsync(TestGateway gateway, RecordingCollector collector, SpanBuilder? span = null)
    {
        using var client = new OtlpClient();
        collector.Requests.Clear();
        var request = TraceRequests.Of((span ?? SpanBuilder.Compliance()).Build());
        (await client.SendAsync(gateway.Address(GatewayListener.OtlpHttp), request)).Succeeded();
        return SignatureText.Fate(TraceRequests.SpansOf(collector.Requests.Single().ParseTraces()).Single());
    }

    private static async Task<string[]> ScrapeAsync(TestGateway gateway) =>
        (await gateway.Management.GetStringAsync("/metrics", TestContext.Current.CancellationToken)).Split('\n');
}
