using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;
using KmsGateway.Proxy.Listeners;
using KmsGateway.Proxy.Tests.Support;
using KmsGateway.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace KmsGateway.Proxy.Tests.Management;

public sealed class GrpcHealthTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("")]
    [InlineData("opentelemetry.proto.collector.trace.v1.TraceService")]
    public async Task Check_KmsUp_IsServingWithoutACredential(string service)
    {
        await using var gateway = await TestGateway.StartAsync(
            "--EmbeddedSink:Enabled=true", "--Tenancy:ApiKeys:0:Name=app", $"--Tenancy:ApiKeys:0:Hash={new string('a', 64)}", "--Tenancy:ApiKeys:0:Tenants:0=default");
        using var channel = GrpcChannel.ForAddress(gateway.Address(GatewayListener.OtlpGrpc));

        await Poll.UntilAsync(async () => await StatusAsync(channel, service) == HealthCheckResponse.Types.ServingStatus.Serving);
    }

    [Fact]
    public async Task Check_GatewayEnds_IsNotServing()
    {
        await using var gateway = await TestGateway.StartAsync("--EmbeddedSink:Enabled=true", "--Shutdown:DrainDelay=00:00:00");
        using var channel = GrpcChannel.ForAddress(gateway.Address(GatewayListener.OtlpGrpc));
        await Poll.UntilAsync(async () => await StatusAsync(channel, "") == HealthCheckResponse.Types.ServingStatus.Serving);

        await gateway.Services.GetRequiredService<Draining>().StartAsync();

        Assert.Equal(HealthCheckResponse.Types.ServingStatus.NotServing, await StatusAsync(channel, ""));
    }

    [Fact]
    public async Task Check_UnknownService_IsNotFound()
    {
        await using var gateway = await TestGateway.StartWithSinkAsync();
        using var channel = GrpcChannel.ForAddress(gateway.Address(GatewayListener.OtlpGrpc));

        var refused = await Assert.ThrowsAsync<RpcException>(() => StatusAsync(channel, "other"));

        Assert.Equal(StatusCode.NotFound, refused.StatusCode);
    }

    // Watch would hold a stream open for everybody who asks.
    [Fact]
    public async Task Watch_IsUnimplemented()
    {
        await using var gateway = await TestGateway.StartWithSinkAsync();
        using var channel = GrpcChannel.ForAddress(gateway.Address(GatewayListener.OtlpGrpc));
        using var watch = new Health.HealthClient(channel).Watch(new HealthCheckRequest(), cancellationToken: Token);

        var refused = await Assert.ThrowsAsync<RpcException>(() => watch.ResponseStream.MoveNext(Token));

        Assert.Equal(StatusCode.Unimplemented, refused.StatusCode);
    }

    private static async Task<HealthCheckResponse.Types.ServingStatus> StatusAsync(GrpcChannel channel, string service) =>
        (await new Health.HealthClient(channel).CheckAsync(new HealthCheckRequest { Service = service }, cancellationToken: Token)).Status;
}
