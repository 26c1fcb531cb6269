using KmsGateway.EndToEnd.Tests.Evidence;
using KmsGateway.EndToEnd.Tests.Senders;
using KmsGateway.Testing.Processes;
using OpenTelemetry.Exporter;
using Xunit;

namespace KmsGateway.EndToEnd.Tests;

/// <summary>Real SDKs send through the real gateway; the real verifier finds every compliance span signed and no other touched.</summary>
public sealed class ExporterTests(SinkGateway gateway) : IClassFixture<SinkGateway>
{
    private const int Compliance = 5;
    private const int Ordinary = 5;

    [Theory]
    [MemberData(nameof(ExporterPeerTests.NodeExporters), MemberType = typeof(ExporterPeerTests))]
    public Task Send_NodeExporter_ComplianceSpansVerify(string exporter, string compression) => SendAndVerifyAsync(to =>
        NodeExporter.SendAsync(exporter, to.OtlpHttp, to.OtlpGrpc, compression, Compliance, Ordinary));

    [Theory]
    [MemberData(nameof(ExporterPeerTests.DotNetExporters), MemberType = typeof(ExporterPeerTests))]
    public Task Send_DotNetExporter_ComplianceSpansVerify(OtlpExportProtocol protocol, OtlpExportCompression compression) =>
        SendAndVerifyAsync(to =>
        {
            DotNetExporter.Send(protocol, to.OtlpHttp, to.OtlpGrpc, compression, Compliance, Ordinary);
            return Task.CompletedTask;
        });

    // An auditor has the files and no gateway.
    private async Task SendAndVerifyAsync(Func<GatewayProcess, Task> send)
    {
        var file = await gateway.SendAsync(send);
        var verification = await Verification.RunAsync(file, gateway.TrustFile);
        var spans = SinkLines.Spans(file);

        verification.Program.ExitedWith(0);
        Assert.Equal(Compliance, verification.Verdicts.Count(verdict => verdict == "verified"));
        Assert.Equal(Compliance + Ordinary, spans.Count);
        Assert.All(spans, span => Assert.Equal(SinkLines.IsCompliance(span), SinkLines.IsTouched(span)));
    }
}
