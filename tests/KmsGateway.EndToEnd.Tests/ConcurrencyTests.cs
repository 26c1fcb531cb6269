using Google.Protobuf;
using KmsGateway.EndToEnd.Tests.Evidence;
using KmsGateway.Testing;
using KmsGateway.Testing.Clients;
using KmsGateway.Testing.Collector;
using KmsGateway.Testing.Processes;
using KmsGateway.Testing.Traces;
using Xunit;

namespace KmsGateway.EndToEnd.Tests;

/// <summary>Buffers are reused from request to request: no span may take bytes of another, however many are under way.</summary>
public sealed class ConcurrencyTests
{
    private const int Senders = 12;
    private const int Requests = 25;
    private const int Compliance = 4;

    [Fact]
    public async Task Send_ManyAtOnceOverEveryProtocol_EverySpanVerifies()
    {
        using var folder = new TemporaryFolder();
        await using var gateway = await GatewayProcess.StartAsync(new GatewayProcessOptions { DataDirectory = folder.Path });

        await Task.WhenAll(Enumerable.Range(0, Senders).Select(sender => SendAsync(gateway, sender)));
        await Verification.SaveTrustAsync(gateway, folder["trust.json"]);
        await gateway.StopAsync();
        var verification = await Verification.RunAsync(gateway.SinkFile, folder["trust.json"]);

        verification.Program.ExitedWith(0);
        Assert.Equal(Senders * Requests * Compliance, verification.Verdicts.Count(verdict => verdict == "verified"));
        Assert.Equal(Senders * Requests * (Compliance + 2), SinkLines.Spans(gateway.SinkFile).Count);
    }

    private static async Task SendAsync(GatewayProcess gateway, int sender)
    {
        using var client = new OtlpClient();
        for (var i = 0; i < Requests; i++)
        {
            var request = TraceRequests.Mixed(Compliance, ordinary: 2);
            var answer = ((sender + i) % 4) switch
            {
                0 => await client.SendAsync(gateway.OtlpHttp, request),
                1 => await client.SendJsonAsync(gateway.OtlpHttp, request),
                2 => await client.SendGrpcAsync(gateway.OtlpGrpc, request),
                _ => await client.PostAsync(
                    gateway.OtlpHttp, OtlpClient.TracesPath, Gzip.Compress(request.ToByteArray()), OtlpClient.Protobuf, "gzip"),
            };
            answer.Succeeded();
        }
    }
}
