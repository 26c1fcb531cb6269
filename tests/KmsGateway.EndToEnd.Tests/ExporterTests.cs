using KmsGateway.EndToEnd.Tests.Evidence;
using KmsGateway.EndToEnd.Tests.Senders;
using KmsGateway.Testing;
using KmsGateway.Testing.Processes;
using OpenTelemetry.Exporter;
using Xunit;

namespace KmsGateway.EndToEnd.Tests;

/// <summary>Real SDKs send through the real gateway; the real verifier finds every compliance span signed and no other touched.</summary>
public sealed class ExporterTests
{
    private const int Compliance = 5;
    private const int Ordinary = 5;

    [Theory]
    [MemberData(nameof(ExporterPeerTests.NodeExporters), MemberType = typeof(ExporterPeerTests))]
    public Task Send_NodeExporter_ComplianceSpansVerify(string exporter, string compression) => SendAndVerifyAsync(gateway =>
        NodeExporter.SendAsync(exporter, gateway.OtlpHttp, gateway.OtlpGrpc, compression, Compliance, Ordinary));

    [Theory]
    [MemberData(nameof(ExporterPeerTests.DotNetExporters), MemberType = typeof(ExporterPeerTests))]
    public Task Send_DotNetExporter_ComplianceSpansVerify(OtlpExportProtocol protocol, OtlpExportCompression compression) =>
        SendAndVerifyAsync(gateway =>
        {
            DotNetExporter.Send(protocol, gateway.OtlpHttp, gateway.OtlpGrpc, compression, Compliance, Ordinary);
            return Task.CompletedTask;
        });

    private static async Task SendAndVerifyAsync(Func<GatewayProcess, Task> send)
    {
        using var folder = new TemporaryFolder();
        await using var gateway = await GatewayProcess.StartAsync(new GatewayProcessOptions { DataDirectory = folder.Path });
        await send(gateway);
        await Verification.SaveTrustAsync(gateway, folder["trust.json"]);

        // An auditor has the files and no gateway.
        await gateway.StopAsync();
        Assert.True(File.Exists(gateway.SinkFile), $"Nothing reached the sink.\n{gateway.Output}");
        var spans = SinkLines.Spans(gateway.SinkFile);
        var verification = await Verification.RunAsync(gateway.SinkFile, folder["trust.json"]);

        verification.Program.ExitedWith(0);
        Assert.Equal(Compliance, verification.Verdicts.Count(verdict => verdict == "verified"));
        Assert.Equal(Compliance + Ordinary, spans.Count);
        Assert.All(spans, span => Assert.Equal(SinkLines.IsCompliance(span), SinkLines.IsTouched(span)));
    }
}
