using System.Text;
using KmsGateway.EndToEnd.Tests.Evidence;
using KmsGateway.Testing;
using KmsGateway.Testing.Collector;
using KmsGateway.Testing.Processes;
using KmsGateway.Testing.Traces;
using Xunit;

namespace KmsGateway.EndToEnd.Tests.Load;

/// <summary>
/// While senders send, the upstream changes, dies and comes back, and the gateway is replaced: every span arrives, as it was signed, and no
/// compliance span unsigned.
/// </summary>
public sealed class UnderLoadTests : IAsyncLifetime
{
    // Before the change, and again after it.
    private const int Requests = 150;

    private readonly TemporaryFolder _folder = new();
    private readonly List<RecordingCollector> _collectors = [];

    public async ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(_folder["config"]);
        await StartCollectorAsync(FixedPort.Take(), FixedPort.Take());
    }

    [Fact]
    public async Task Reload_AnotherUpstream_EverySpanArrives()
    {
        var other = await StartCollectorAsync();
        await using var gateway = await StartGatewayAsync();
        var senders = new RetryingSenders(gateway.OtlpGrpc, gateway.OtlpHttp);

        var sending = senders.RunAsync();
        await senders.WaitForMoreAsync(Requests);
        await WriteConfigurationAsync(other);
        await other.WaitForRequestAsync();
        await EndAsync(senders, sending);

        await AssertEverySpanArrivedAsync(gateway, senders);
    }

    [Fact]
    public async Task Terminate_AnotherGatewayTakesOver_EverySpanArrives()
    {
        string[] addresses =
        [
            $"--Kestrel:Endpoints:OtlpGrpc:Url=http://127.0.0.1:{FixedPort.Take()}",
            $"--Kestrel:Endpoints:OtlpHttp:Url=http://127.0.0.1:{FixedPort.Take()}",
        ];
        await using var gateway = await StartGatewayAsync(addresses);
        var senders = new RetryingSenders(gateway.OtlpGrpc, gateway.OtlpHttp);

        var sending = senders.RunAsync();
        await senders.WaitForMoreAsync(Requests);
        Assert.Equal(0, await gateway.StopAsync());
        await using var next = await StartGatewayAsync(addresses);
        await EndAsync(senders, sending);

        await AssertEverySpanArrivedAsync(next, senders);
    }

    [Fact]
    public async Task UpstreamDies_AndComesBack_EverySpanArrives()
    {
        await using var gateway = await StartGatewayAsync();
        var senders = new RetryingSenders(gateway.OtlpGrpc, gateway.OtlpHttp);

        var sending = senders.RunAsync();
        await senders.WaitForMoreAsync(Requests);
        var first = _collectors[0];
        await first.DisposeAsync();
        await gateway.WaitForOutputAsync("The upstream of otlp-");
        await StartCollectorAsync(first.GrpcAddress.Port, first.HttpAddress.Port);
        await EndAsync(senders, sending);

        Assert.True(senders.Refusals > 0);
        await AssertEverySpanArrivedAsync(gateway, senders);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var collector in _collectors)
        {
            await collector.DisposeAsync();
        }

        _folder.Dispose();
    }

    private static async Task EndAsync(RetryingSenders senders, Task sending)
    {
        await senders.WaitForMoreAsync(Requests);
        senders.Finish();
        await sending;
    }

    private async Task<RecordingCollector> StartCollectorAsync(int grpcPort = 0, int httpPort = 0)
    {
        var collector = await RecordingCollector.StartAsync(grpcPort, httpPort);
        _collectors.Add(collector);
        return collector;
    }

    private async Task<GatewayProcess> StartGatewayAsync(params string[] arguments)
    {
        await WriteConfigurationAsync(_collectors[0]);
        return await GatewayProcess.StartAsync(new GatewayProcessOptions
        {
            DataDirectory = _folder["data"],
            WorkingDirectory = _folder.Path,
            Arguments = arguments,
        });
    }

    // Put in place whole: a watcher must not meet half of it.
    private async Task WriteConfigurationAsync(RecordingCollector upstream)
    {
        var json = $$"""
            {
              "ReverseProxy": { "Clusters": {
                "otlp-grpc": { "Destinations": { "first": { "Address": "{{upstream.GrpcAddress}}" } } },
                "otlp-http": { "Destinations": { "first": { "Address": "{{upstream.HttpAddress}}" } } } } },
              "Tenancy": { "Tenants": [ "default" ] },
              "Kms": { "Provider": "local" }
            }
            """;
        await File.WriteAllTextAsync(_folder["next.json"], json, TestContext.Current.CancellationToken);
        File.Move(_folder["next.json"], _folder["config", "kmsgateway.json"], overwrite: true);
    }

    private async Task AssertEverySpanArrivedAsync(GatewayProcess gateway, RetryingSenders senders)
    {
        Assert.Empty(senders.Dropped);
        var requests = _collectors.SelectMany(collector => collector.Requests).Select(request => request.ParseTraces()).ToList();
        await File.WriteAllLinesAsync(
            _folder["arrived.jsonl"],
            requests.Select(request => Encoding.UTF8.GetString(OtlpJson.Format(request))),
            TestContext.Current.CancellationToken);
        await Verification.SaveTrustAsync(gateway, _folder["trust.json"]);
        var verification = await Verification.RunAsync(_folder["arrived.jsonl"], _folder["trust.json"]);

        // A request that broke off behind the upstream is sent and signed again: the same span, twice.
        Assert.All(verification.Verdicts, verdict => Assert.True(verdict is "verified" or "duplicate", verdict));
        Assert.Equal(senders.ComplianceSpans, verification.Verdicts.Count(verdict => verdict == "verified"));
        var ordinary = requests.SelectMany(TraceRequests.SpansOf).Where(span => !span.Attributes.Any(attribute =>
            attribute.Key.StartsWith("compliance.", StringComparison.Ordinal)));
        Assert.Equal(senders.OrdinarySpans, ordinary.Select(span => span.SpanId).Distinct().Count());
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{verification.Verdicts.Count} signed spans arrived, {verification.Verdicts.Count(verdict => verdict == "duplicate")} of them "
            + $"twice; {senders.Refusals} refusals were followed by another try");
    }
}
