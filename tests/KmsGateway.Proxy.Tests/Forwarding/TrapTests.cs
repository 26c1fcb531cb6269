using Google.Protobuf;
using KmsGateway.Proxy.Forwarding;
using KmsGateway.Proxy.Listeners;
using KmsGateway.Proxy.Tests.Support;
using KmsGateway.Testing;
using KmsGateway.Testing.Clients;
using KmsGateway.Testing.Collector;
using KmsGateway.Testing.Traces;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Yarp.ReverseProxy;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Model;

namespace KmsGateway.Proxy.Tests.Forwarding;

/// <summary>What YARP and Kestrel do to a gateway that rewrites bodies, where no other class has it.</summary>
public sealed class TrapTests
{
    // YARP answers 400 when length and body disagree, or reading the body fails, and 502 or 504 otherwise: senders would drop, or not see
    // Retry-After.
    [Theory]
    [InlineData(ForwarderError.RequestBodyClient, 400)]
    [InlineData(ForwarderError.RequestBodyDestination, 502)]
    [InlineData(ForwarderError.RequestTimedOut, 504)]
    [InlineData(ForwarderError.ResponseHeaders, 502)]
    [InlineData(ForwarderError.NoAvailableDestinations, 503)]
    public async Task Normalizer_BareAnswerOfTheProxy_BecomesRetryable(ForwarderError error, int bare)
    {
        using var invoker = new HttpMessageInvoker(new SocketsHttpHandler());
        await using var server = await FakeUpstream.StartAsync(context =>
        {
            context.Features.Set<IReverseProxyFeature>(new ProxyFeature(new ClusterModel(new ClusterConfig { ClusterId = "otlp-http" }, invoker)));
            return new ErrorNormalizer(
                failing =>
                {
                    failing.Response.StatusCode = bare;
                    failing.Features.Set<IForwarderErrorFeature>(new ErrorFeature(error));
                    return Task.CompletedTask;
                },
                NullLogger<ErrorNormalizer>.Instance).InvokeAsync(context);
        });
        using var client = new OtlpClient();

        var http = await client.PostAsync(server.Http, OtlpClient.TracesPath, [], OtlpClient.Protobuf);
        var grpc = await client.CallAsync(server.Grpc, OtlpClient.TracesMethod, [0, 0, 0, 0, 0]);

        Assert.Equal((503, "2"), (http.Status, http.Headers["Retry-After"]));
        Assert.Equal(14, grpc.GrpcStatus);
        Assert.Equal(2, DecodedStatus.Parse(grpc.GrpcDetails!).RetryDelay);
    }

    // A defect of our own is 503, never 500 or INTERNAL.
    [Fact]
    public async Task Normalizer_Exception_BecomesRetryable()
    {
        await using var server = await FakeUpstream.StartAsync(context => new ErrorNormalizer(
            _ => throw new InvalidOperationException("a defect"), NullLogger<ErrorNormalizer>.Instance).InvokeAsync(context));
        using var client = new OtlpClient();

        var http = await client.PostAsync(server.Http, OtlpClient.TracesPath, [], OtlpClient.Json);
        var grpc = await client.CallAsync(server.Grpc, OtlpClient.TracesMethod, [0, 0, 0, 0, 0]);

        Assert.Equal((503, 14), (http.Status, grpc.GrpcStatus));
        Assert.DoesNotContain("defect", http.Text + grpc.GrpcMessage, StringComparison.Ordinal);
    }

    // Reading a body before YARP does makes it warn, for each gRPC request, that a limit cannot be lifted.
    [Fact]
    public async Task Send_BodiesThatWereRead_LogNothing()
    {
        var log = new LogCapture();
        using var client = new OtlpClient();
        await using var collector = await RecordingCollector.StartAsync();
        await using var gateway = await TestGateway.StartAsync(
            builder => builder.Logging.AddProvider(log),
            [
                .. TestGateway.Upstreams(collector.GrpcAddress, collector.HttpAddress),
                "--Logging:LogLevel:Default=Warning",

                // The server's heart warns of a busy machine.
                "--Logging:LogLevel:Microsoft.AspNetCore.Server.Kestrel=Error",
            ]);

        (await client.SendGrpcAsync(gateway.Address(GatewayListener.OtlpGrpc), TraceRequests.Mixed(1, 1))).Succeeded();
        (await client.SendAsync(gateway.Address(GatewayListener.OtlpHttp), TraceRequests.Mixed(1, 1))).Succeeded();

        Assert.Empty(log.Lines);
    }

    // An upstream that refuses while it is still being sent to is counted as a failure by YARP's own policy: 20 of those, and it is out.
    [Fact]
    public async Task Send_UpstreamRefusesLargeMessagesEarly_StaysIn()
    {
        await using var upstream = await FakeUpstream.StartAsync(async context =>
        {
            context.Response.ContentType = "application/grpc";
            context.Response.Headers["grpc-status"] = "8";
            await context.Response.CompleteAsync();
        });
        using var client = new OtlpClient();
        await using var gateway = await TestGateway.StartAsync(upstream);
        var message = TraceRequests.Of(SpanBuilder.Compliance().Attribute("filler", new string('x', 900_000)).Build(),
            SpanBuilder.Ordinary().Attribute("filler", new string('x', 4_000_000)).Build()).ToByteArray();

        for (var i = 0; i < 20; i++)
        {
            // Its own answer, or the gateway's where the upstream's got lost: what counts is that it is not taken out.
            await client.CallAsync(gateway.Address(GatewayListener.OtlpGrpc), OtlpClient.TracesMethod, GrpcFrame.Wrap(message));
        }

        Assert.True(gateway.Services.GetRequiredService<IProxyStateLookup>().TryGetCluster(OtlpRoutes.GrpcCluster, out var cluster));
        Assert.NotEqual(DestinationHealth.Unhealthy, cluster.Destinations["first"].Health.Passive);
    }

    // HTTP/2 in clear text next to HTTP/1.1 is refused by Kestrel: each port speaks one of them.
    [Fact]
    public async Task Connect_ProtocolOfTheOtherPort_IsRefused()
    {
        using var client = new OtlpClient();
        await using var gateway = await TestGateway.StartWithSinkAsync();

        await Assert.ThrowsAnyAsync<HttpRequestException>(() =>
            client.CallAsync(gateway.Address(GatewayListener.OtlpHttp), OtlpClient.TracesMethod, [0, 0, 0, 0, 0]));
        var http = await client.PostAsync(gateway.Address(GatewayListener.OtlpGrpc), OtlpClient.TracesPath, [], OtlpClient.Protobuf);
        Assert.Equal(400, http.Status);
    }

    // 31 MB is over Kestrel's own limit, which HTTP/1.1 senders would see as a broken pipe.
    [Fact]
    public async Task Send_MoreThanKestrelsLimitAndLessThanOurs_IsForwarded()
    {
        using var client = new OtlpClient();
        await using var collector = await RecordingCollector.StartAsync();
        await using var gateway = await TestGateway.StartAsync(
            [.. TestGateway.Upstreams(collector.GrpcAddress, collector.HttpAddress), "--Limits:MaxWireBytes=41943040"]);
        var message = TraceRequests.Of(SpanBuilder.Ordinary().Attribute("filler", new string('x', 31_000_000)).Build()).ToByteArray();

        (await client.PostAsync(gateway.Address(GatewayListener.OtlpHttp), OtlpClient.TracesPath, message, OtlpClient.Protobuf)).Succeeded();
        (await client.CallAsync(gateway.Address(GatewayListener.OtlpGrpc), OtlpClient.TracesMethod, GrpcFrame.Wrap(message))).Succeeded();

        Assert.Equal([message.Length, message.Length + 5], collector.Requests.Select(request => request.Body.Length));
    }

    private sealed record ErrorFeature(ForwarderError Error) : IForwarderErrorFeature
    {
        public Exception? Exception => null;
    }

    private sealed record ProxyFeature(ClusterModel Cluster) : IReverseProxyFeature
    {
        public RouteModel Route => throw new NotSupportedException();

        public IReadOnlyList<DestinationState> AllDestinations => [];

        public IReadOnlyList<DestinationState> AvailableDestinations { get; set; } = [];

        public DestinationState? ProxiedDestination { get; set; }
    }
}
