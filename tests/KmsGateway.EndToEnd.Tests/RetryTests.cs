using KmsGateway.EndToEnd.Tests.Senders;
using KmsGateway.Testing;
using KmsGateway.Testing.Collector;
using KmsGateway.Testing.Processes;
using KmsGateway.Testing.Traces;
using OpenTelemetry.Exporter;
using Xunit;

namespace KmsGateway.EndToEnd.Tests;

/// <summary>Real SDKs understand the gateway's own answers: they send again what is to be sent again, and nothing is lost.</summary>
public sealed class RetryTests : IClassFixture<ForwardingGateway>
{
    private readonly ForwardingGateway _forwarding;

    public RetryTests(ForwardingGateway forwarding)
    {
        _forwarding = forwarding;
        _forwarding.Reset();
    }

    private RecordingCollector Collector => _forwarding.Collector;

    private GatewayProcess Gateway => _forwarding.Gateway;

    [Theory]
    [InlineData(OtlpExportProtocol.Grpc)]
    [InlineData(OtlpExportProtocol.HttpProtobuf)]
    public void DotNetExporter_UpstreamResetsAtFirst_SendsAgain(OtlpExportProtocol protocol)
    {
        ResetOnce();

        DotNetExporter.Send(
            protocol, Gateway.OtlpHttp, Gateway.OtlpGrpc, OtlpExportCompression.GZip, compliance: 3, ordinary: 2, retries: true);

        AssertNothingIsLost(3);
    }

    [Theory]
    [InlineData("proto")]
    [InlineData("http")]
    public async Task NodeExporter_UpstreamResetsAtFirst_SendsAgain(string exporter)
    {
        ResetOnce();

        await NodeExporter.SendAsync(exporter, Gateway.OtlpHttp, Gateway.OtlpGrpc, "gzip", compliance: 3, ordinary: 2);

        AssertNothingIsLost(3);
    }

    // This exporter never sends again by itself: it can only say what it was told.
    [Fact]
    public async Task NodeGrpcExporter_UpstreamResets_ReadsTheStatusAndTheReason()
    {
        NodeExporter.Require();
        Collector.AnswerWith(CollectorAnswer.Abort);

        var failure = await Assert.ThrowsAnyAsync<Xunit.Sdk.XunitException>(() =>
            NodeExporter.SendAsync("grpc", Gateway.OtlpHttp, Gateway.OtlpGrpc, "none", compliance: 1, ordinary: 1));

        Assert.Contains("14 UNAVAILABLE: The upstream of otlp-grpc did not take the request. Send it again", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NodeExporter_KmsAwayAtFirst_SendsAgainAndEverythingIsSigned()
    {
        NodeExporter.Require();
        using var folder = new TemporaryFolder();
        var masterKey = folder["master.key"];
        await using var gateway = await GatewayProcess.StartAsync(new GatewayProcessOptions
        {
            DataDirectory = folder["data"],
            HttpUpstream = Collector.HttpAddress,
            GrpcUpstream = Collector.GrpcAddress,
            Arguments = [$"--Kms:Local:MasterKeyFile={masterKey}", "--Cache:WarmUp=false"],
        });
        File.Move(masterKey, masterKey + ".away");

        var sending = NodeExporter.SendAsync("proto", gateway.OtlpHttp, gateway.OtlpGrpc, "none", compliance: 3, ordinary: 2);
        await gateway.WaitForOutputAsync("was refused (key-unavailable)");
        Assert.Empty(Collector.Requests);
        File.Move(masterKey + ".away", masterKey);
        await sending;

        AssertNothingIsLost(3);
    }

    private void ResetOnce()
    {
        var resets = 0;
        Collector.AnswerWith(_ => Interlocked.Increment(ref resets) == 1 ? CollectorAnswer.Abort : CollectorAnswer.Success);
    }

    /// <summary>What the upstream took last are all five spans, the compliance spans among them signed.</summary>
    private void AssertNothingIsLost(int compliance)
    {
        var spans = TraceRequests.SpansOf(Collector.Requests.Last().ParseTraces()).ToList();
        Assert.Equal(5, spans.Count);
        Assert.Equal(compliance, spans.Count(span => span.Attributes.Any(attribute => attribute.Key == "audit.integrity.value")));
    }
}
