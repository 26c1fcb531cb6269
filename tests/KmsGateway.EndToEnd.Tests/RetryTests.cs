using KmsGateway.EndToEnd.Tests.Senders;
using KmsGateway.Testing;
using KmsGateway.Testing.Collector;
using KmsGateway.Testing.Processes;
using KmsGateway.Testing.Traces;
using OpenTelemetry.Exporter;
using Xunit;

namespace KmsGateway.EndToEnd.Tests;

/// <summary>Real SDKs understand the gateway's own answers: they send again what is to be sent again, and nothing is lost.</summary>
public sealed class RetryTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private RecordingCollector _collector = null!;
    private GatewayProcess _gateway = null!;

    public async ValueTask InitializeAsync()
    {
        _collector = await RecordingCollector.StartAsync();
        _gateway = await GatewayProcess.StartAsync(new GatewayProcessOptions
        {
            DataDirectory = _folder.Path,
            HttpUpstream = _collector.HttpAddress,
            GrpcUpstream = _collector.GrpcAddress,
            Arguments = [$"--Kms:Local:MasterKeyFile={MasterKey}", "--Cache:WarmUp=false"],
        });
    }

    private string MasterKey => Path.Combine(_folder.Path, "kms", "master.key");

    [Theory]
    [InlineData(OtlpExportProtocol.Grpc)]
    [InlineData(OtlpExportProtocol.HttpProtobuf)]
    public void DotNetExporter_UpstreamResetsAtFirst_SendsAgain(OtlpExportProtocol protocol)
    {
        ResetOnce();

        DotNetExporter.Send(
            protocol, _gateway.OtlpHttp, _gateway.OtlpGrpc, OtlpExportCompression.GZip, compliance: 3, ordinary: 2, retries: true);

        AssertNothingIsLost(3);
    }

    [Theory]
    [InlineData("proto")]
    [InlineData("http")]
    public async Task NodeExporter_UpstreamResetsAtFirst_SendsAgain(string exporter)
    {
        ResetOnce();

        await NodeExporter.SendAsync(exporter, _gateway.OtlpHttp, _gateway.OtlpGrpc, "gzip", compliance: 3, ordinary: 2);

        AssertNothingIsLost(3);
    }

    // This exporter never sends again by itself: it can only say what it was told.
    [Fact]
    public async Task NodeGrpcExporter_UpstreamResets_ReadsTheStatusAndTheReason()
    {
        NodeExporter.Require();
        _collector.AnswerWith(CollectorAnswer.Abort);

        var failure = await Assert.ThrowsAnyAsync<Xunit.Sdk.XunitException>(() =>
            NodeExporter.SendAsync("grpc", _gateway.OtlpHttp, _gateway.OtlpGrpc, "none", compliance: 1, ordinary: 1));

        Assert.Contains("14 UNAVAILABLE: The upstream of otlp-grpc did not take the request. Send it again", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NodeExporter_KmsAwayAtFirst_SendsAgainAndEverythingIsSigned()
    {
        NodeExporter.Require();
        File.Move(MasterKey, MasterKey + ".away");
        var refused = _gateway.WaitForOutputAsync("was refused (key-unavailable)");

        var sending = NodeExporter.SendAsync("proto", _gateway.OtlpHttp, _gateway.OtlpGrpc, "none", compliance: 3, ordinary: 2);
        await refused;
        Assert.Empty(_collector.Requests);
        File.Move(MasterKey + ".away", MasterKey);
        await sending;

        AssertNothingIsLost(3);
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _collector.DisposeAsync();
        _folder.Dispose();
    }

    private void ResetOnce()
    {
        var resets = 0;
        _collector.AnswerWith(_ => Interlocked.Increment(ref resets) == 1 ? CollectorAnswer.Abort : CollectorAnswer.Success);
    }

    /// <summary>What the upstream took last are all five spans, the compliance spans among them signed.</summary>
    private void AssertNothingIsLost(int compliance)
    {
        var spans = TraceRequests.SpansOf(_collector.Requests.Last().ParseTraces()).ToList();
        Assert.Equal(5, spans.Count);
        Assert.Equal(compliance, spans.Count(span => span.Attributes.Any(attribute => attribute.Key == "audit.integrity.value")));
    }
}
