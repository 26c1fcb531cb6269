using KmsGateway.EndToEnd.Tests.Evidence;
using KmsGateway.Testing;
using KmsGateway.Testing.Clients;
using KmsGateway.Testing.Processes;
using KmsGateway.Testing.Traces;
using OpenTelemetry.Proto.Trace.V1;
using Xunit;

namespace KmsGateway.EndToEnd.Tests;

/// <summary>What an auditor sees of spans with an attribute that a store may cut: no limit of his own, only what the operator chose.</summary>
public sealed class OversizeTests
{
    [Theory]
    [InlineData("warn", "verified", 0)]
    [InlineData("mark", "unsigned:oversize", 4)]
    public async Task Verify_SpanOverTheLimit_SaysWhatTheOperatorChose(string onOversize, string expected, int exitCode)
    {
        using var folder = new TemporaryFolder();
        await using var gateway = await GatewayProcess.StartAsync(
            new GatewayProcessOptions { DataDirectory = folder.Path, Arguments = [$"--Signing:OnOversize={onOversize}"] });
        using var client = new OtlpClient();

        (await client.SendAsync(gateway.OtlpHttp, TraceRequests.Of(Spans()))).Succeeded();
        (await client.SendJsonAsync(gateway.OtlpHttp, TraceRequests.Of(Spans()))).Succeeded();
        await Verification.SaveTrustAsync(gateway, folder["trust.json"]);
        await gateway.StopAsync();
        var verification = await Verification.RunProcessAsync(gateway.SinkFile, folder["trust.json"]);

        verification.Program.ExitedWith(exitCode);
        Assert.Equal([expected, "verified", expected, "verified"], verification.Verdicts);
    }

    private static Span[] Spans() =>
    [
        SpanBuilder.Compliance().Attribute("compliance.note", new string('n', 2_049)).Build(),
        SpanBuilder.Compliance().Attribute("compliance.note", new string('n', 2_048)).Build(),
    ];
}
