using Google.Protobuf;
using KmsGateway.Proxy.Listeners;
using KmsGateway.Proxy.Tests.Support;
using KmsGateway.Testing;
using KmsGateway.Testing.Clients;
using KmsGateway.Testing.Collector;
using KmsGateway.Testing.Traces;

namespace KmsGateway.Proxy.Tests.Protection;

/// <summary>The master key file taken away is an outage of the KMS: the provider reads it for each operation.</summary>
public sealed class OutageTests
{
    [Fact]
    public async Task Post_KeyNotCachedAndKmsAway_IsRefusedUntilItIsBack()
    {
        using var client = new OtlpClient();
        using var folder = new TemporaryFolder();
        await using var collector = await RecordingCollector.StartAsync();
        var masterKey = Path.Combine(folder.Path, "away", "master.key");
        await using var gateway = await TestGateway.StartAsync(
        [
            .. TestGateway.Upstreams(collector.GrpcAddress, collector.HttpAddress),
            $"--Kms:Local:MasterKeyFile={masterKey}",
            "--Cache:WarmUp=false",
        ]);
        var http = gateway.Address(GatewayListener.OtlpHttp);
        File.Move(masterKey, masterKey + ".away");

        var refused = await client.SendAsync(http, TraceRequests.Mixed(1, 1));
        Assert.Equal(503, refused.Status);
        Assert.True(refused.Headers.ContainsKey("Retry-After"));
        var grpc = await gateway.Grpc.ExportRefusedAsync(GrpcSender.Traces, TraceRequests.Mixed(1, 1).ToByteArray());
        Assert.Equal(14, (int)grpc.StatusCode);
        Assert.NotNull(DecodedStatus.Of(grpc).RetryDelay);
        Assert.Empty(collector.Requests);

        // What needs no key goes through.
        (await client.SendAsync(http, TraceRequests.Mixed(0, 2))).Succeeded();

        // The circuit may be open by now: a sender that comes again gets through without anybody's doing.
        File.Move(masterKey + ".away", masterKey);
        await Poll.UntilAsync(async () => (await client.SendAsync(http, TraceRequests.Mixed(1, 1))).Status == 200);

        // And what is cached outlives the next outage.
        File.Move(masterKey, masterKey + ".away");
        (await client.SendAsync(http, TraceRequests.Mixed(1, 1))).Succeeded();
    }
}
