using System.Net;
using KmsGateway.Proxy.Forwarding;
using KmsGateway.Proxy.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Yarp.ReverseProxy;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Model;

namespace KmsGateway.Proxy.Tests.Forwarding;

public sealed class UpstreamHealthTests
{
    [Fact]
    public async Task Passive_UpstreamResetsThreeTimes_IsUnhealthy()
    {
        await using var upstream = await FakeUpstream.StartAsync(context =>
        {
            context.Abort();
            return Task.CompletedTask;
        });

        // It comes in again after a while: not on a clock that stands still.
        await using var gateway = await TestGateway.StartAsync(
            builder => builder.Services.AddSingleton<TimeProvider>(new FakeTimeProvider(TimeProvider.System.GetUtcNow())),
            TestGateway.Upstreams(upstream.Grpc, upstream.Http));

        for (var i = 0; i < 3; i++)
        {
            Assert.NotEqual(DestinationHealth.Unhealthy, Health(gateway));
            await PostAsync(gateway);
        }

        Assert.Equal(DestinationHealth.Unhealthy, Health(gateway));
    }

    [Fact]
    public async Task Passive_UpstreamRefusesItself_StaysIn()
    {
        await using var upstream = await FakeUpstream.StartAsync(context =>
        {
            context.Response.StatusCode = 503;
            return Task.CompletedTask;
        });
        await using var gateway = await TestGateway.StartAsync(upstream);

        for (var i = 0; i < 20; i++)
        {
            await PostAsync(gateway);
        }

        Assert.NotEqual(DestinationHealth.Unhealthy, Health(gateway));
    }

    [Theory]
    [InlineData("http://collector:4317", null, null, "http://collector:4317/")]
    [InlineData("http://collector:4317", "http://collector:13133/base/", "/ready?x=1", "http://collector:13133/base/ready%3Fx=1")]
    [InlineData("http://collector:4317", "http://collector:13133", "/ready", "http://collector:13133/ready")]
    public void Probe_OfAGrpcUpstream_IsHttp11(string address, string? health, string? path, string expected)
    {
        using var client = new HttpMessageInvoker(new SocketsHttpHandler());
        var cluster = new ClusterConfig
        {
            ClusterId = OtlpRoutes.GrpcCluster,
            HttpRequest = new ForwarderRequestConfig { Version = HttpVersion.Version20 },
            HealthCheck = new HealthCheckConfig { Active = new ActiveHealthCheckConfig { Path = path } },
        };

        using var probe = new Http1ProbeFactory().CreateRequest(
            new ClusterModel(cluster, client),
            new DestinationModel(new DestinationConfig { Address = address, Health = health }));

        Assert.Equal(new Uri(expected), probe.RequestUri);
        Assert.Equal(HttpVersion.Version11, probe.Version);
    }

    [Fact]
    public async Task Clusters_AsConfigured_GetWhatOtlpNeeds()
    {
        await using var gateway = await TestGateway.StartAsync(
            "--ReverseProxy:Clusters:otlp-grpc:Destinations:first:Address=http://collector:4317",
            "--ReverseProxy:Clusters:otlp-http:Destinations:first:Address=http://collector:4318",
            "--ReverseProxy:Clusters:otlp-grpc:HttpRequest:Version=1.1",
            "--ReverseProxy:Clusters:otlp-http:HttpRequest:ActivityTimeout=00:00:09");

        var grpc = Cluster(gateway, OtlpRoutes.GrpcCluster).Model.Config.HttpRequest!;
        Assert.Equal(HttpVersion.Version20, grpc.Version);
        Assert.Equal(HttpVersionPolicy.RequestVersionExact, grpc.VersionPolicy);
        Assert.Equal(TimeSpan.FromSeconds(5), grpc.ActivityTimeout);
        Assert.Equal(TimeSpan.FromSeconds(9), Cluster(gateway, OtlpRoutes.HttpCluster).Model.Config.HttpRequest!.ActivityTimeout);
    }

    private static async Task PostAsync(TestGateway gateway)
    {
        using var content = new StringContent("{}", mediaType: new("application/json"));
        using var answer = await gateway.Http.PostAsync("/v1/logs", content, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
    }

    private static DestinationHealth Health(TestGateway gateway) =>
        Cluster(gateway, OtlpRoutes.HttpCluster).Destinations["first"].Health.Passive;

    private static ClusterState Cluster(TestGateway gateway, string name)
    {
        Assert.True(gateway.Services.GetRequiredService<IProxyStateLookup>().TryGetCluster(name, out var cluster));
        return cluster;
    }
}
