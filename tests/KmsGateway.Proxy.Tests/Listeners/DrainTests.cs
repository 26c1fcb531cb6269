using System.Net;
using KmsGateway.Proxy.Listeners;
using KmsGateway.Proxy.Tests.Support;
using KmsGateway.Testing;
using KmsGateway.Testing.Clients;
using KmsGateway.Testing.Collector;
using KmsGateway.Testing.Traces;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace KmsGateway.Proxy.Tests.Listeners;

/// <summary>A gateway that is asked to end, seen by its load balancer and by its senders.</summary>
public sealed class DrainTests
{
    [Fact]
    public async Task Stop_WithADelay_ReadinessGoesDownFirstAndWhatIsInFlightIsFinished()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        using var client = new OtlpClient();
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var collector = await RecordingCollector.StartAsync();
        collector.Answer = async (_, cancellation) =>
        {
            await gate.Task.WaitAsync(cancellation);
            return CollectorAnswer.Success;
        };
        await using var gateway = await TestGateway.StartAsync(
            builder => builder.Services.AddSingleton<TimeProvider>(time),
            [.. TestGateway.Upstreams(collector.GrpcAddress, collector.HttpAddress), "--Shutdown:DrainDelay=00:00:30"]);
        var draining = gateway.Services.GetRequiredService<Draining>();
        var http = client.SendAsync(gateway.Address(GatewayListener.OtlpHttp), TraceRequests.Mixed(1, 1));
        var grpc = client.SendGrpcAsync(gateway.Address(GatewayListener.OtlpGrpc), TraceRequests.Mixed(1, 1));
        await collector.WaitForRequestAsync(2);

        var stopping = gateway.StopAsync();
        await Poll.UntilAsync(() => draining.HasStarted);

        // The balancer is told, the orchestrator has no reason to kill, and senders are served on.
        foreach (var path in (string[])["/health/ready", "/readyz", "/q/health/ready"])
        {
            using var down = await gateway.Management.GetAsync(path, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, down.StatusCode);
            Assert.Contains("\"draining\"", await down.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        }

        using var live = await gateway.Management.GetAsync("/health/live", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, live.StatusCode);
        gate.SetResult();
        (await http).Succeeded();
        (await grpc).Succeeded();
        using (var late = new OtlpClient())
        {
            (await late.SendAsync(gateway.Address(GatewayListener.OtlpHttp), TraceRequests.Mixed(1, 1))).Succeeded();
            (await late.SendGrpcAsync(gateway.Address(GatewayListener.OtlpGrpc), TraceRequests.Mixed(1, 1))).Succeeded();
        }

        Assert.False(stopping.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(30));
        await stopping;
        await Assert.ThrowsAsync<HttpRequestException>(() =>
            client.SendAsync(gateway.Address(GatewayListener.OtlpHttp), TraceRequests.Mixed(1, 1)));
    }

    [Fact]
    public async Task Age_OfConnections_EndsThemAndNoCallFails()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        using var client = new OtlpClient();
        var connections = new HashSet<string>(StringComparer.Ordinal);
        await using var collector = await RecordingCollector.StartAsync();
        await using var gateway = await TestGateway.StartAsync(
            builder =>
            {
                builder.Services.AddSingleton<TimeProvider>(time);
                builder.Services.AddSingleton<Microsoft.AspNetCore.Hosting.IStartupFilter>(new ConnectionIds(connections));
            },
            [.. TestGateway.Upstreams(collector.GrpcAddress, collector.HttpAddress), "--Limits:MaxConnectionAge=00:00:10"]);

        // Keys are trusted for a minute after the store was asked, and nobody waits here until it is asked again: so less than a minute.
        for (var i = 0; i < 29; i++)
        {
            (await client.SendGrpcAsync(gateway.Address(GatewayListener.OtlpGrpc), TraceRequests.Mixed(1, 1))).Succeeded();
            (await client.SendAsync(gateway.Address(GatewayListener.OtlpHttp), TraceRequests.Mixed(1, 1))).Succeeded();
            time.Advance(TimeSpan.FromSeconds(2));
        }

        Assert.Equal(58, collector.Requests.Count);
        Assert.InRange(connections.Count, 8, 29);
    }
}
