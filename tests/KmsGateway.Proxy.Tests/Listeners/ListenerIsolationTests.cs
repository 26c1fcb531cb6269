using System.Net;
using System.Net.Sockets;
using KmsGateway.Proxy.Listeners;
using KmsGateway.Proxy.Tests.Support;

namespace KmsGateway.Proxy.Tests.Listeners;

public sealed class ListenerIsolationTests
{
    private static readonly string[] ManagementPaths =
    [
        "/metrics", "/q/metrics", "/health/live", "/health/ready", "/health/serving", "/healthz", "/readyz", "/q/health/live",
        "/q/health/ready", "/.well-known/jwks.json", "/.well-known/jwks/default.json",
    ];

    [Fact]
    public async Task Management_FromItsOwnPort_IsThere()
    {
        await using var gateway = await TestGateway.StartWithSinkAsync();
        await gateway.WaitUntilReadyAsync();

        foreach (var path in ManagementPaths)
        {
            Assert.Equal(200, await RawHttp.GetStatusAsync(gateway.Address(GatewayListener.Management), path, "anything"));
        }
    }

    [Fact]
    public async Task Management_FromTheOtlpPort_IsNotThereWhateverTheHostSays()
    {
        await using var gateway = await TestGateway.StartWithSinkAsync();
        var otlp = gateway.Address(GatewayListener.OtlpHttp);
        var port = gateway.Address(GatewayListener.Management).Port;

        foreach (var host in (string[])["x:8080", $"x:{port}", $"127.0.0.1:{port}", "localhost"])
        {
            foreach (var path in ManagementPaths)
            {
                Assert.Equal(404, await RawHttp.GetStatusAsync(otlp, path, host));
                Assert.Equal(404, await RawHttp.GetStatusAsync(otlp, $"http://{host}{path}", host));
            }
        }
    }

    [Theory]
    [InlineData("/v1/traces", "x:4318")]
    [InlineData("http://x:4318/v1/traces", "x:4318")]
    [InlineData("/opentelemetry.proto.collector.trace.v1.TraceService/Export", "x:4317")]
    [InlineData("/nothing", "x:8080")]
    public async Task Otlp_FromTheManagementPort_IsNotThere(string target, string host)
    {
        await using var gateway = await TestGateway.StartWithSinkAsync();
        var management = gateway.Address(GatewayListener.Management);

        var post = await RawHttp.SendAsync(
            management,
            $"POST {target} HTTP/1.1\nHost: {host}\nContent-Type: application/json\nContent-Length: 2\nConnection: close\n\n{{}}");

        Assert.StartsWith("HTTP/1.1 404", post, StringComparison.Ordinal);
        Assert.Equal(404, await RawHttp.GetStatusAsync(management, target, host));
    }

    [Fact]
    public async Task OtlpHttp_FromTheGrpcPort_IsNotThere()
    {
        await using var gateway = await TestGateway.StartWithSinkAsync();
        using var client = new HttpClient { BaseAddress = gateway.Address(GatewayListener.OtlpGrpc) };

        foreach (var path in ManagementPaths.Append("/v1/traces"))
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path)
            {
                Version = HttpVersion.Version20,
                VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            };
            request.Headers.Host = "x:8080";
            using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);

            Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.StatusCode);
        }
    }

    [Fact]
    public async Task AnyPort_SaysNothingAboutTheServer()
    {
        await using var gateway = await TestGateway.StartWithSinkAsync();

        using var answer = await gateway.Management.GetAsync("/health/live", TestContext.Current.CancellationToken);

        Assert.False(answer.Headers.Contains("Server"));
    }

    [Fact]
    public async Task Connection_OverTheCap_IsClosedAndManagementStillAnswers()
    {
        await using var gateway = await TestGateway.StartAsync("--EmbeddedSink:Enabled=true", "--Limits:MaxConnections=1");
        using var first = await gateway.Http.GetAsync("/nothing", TestContext.Current.CancellationToken);

        var second = RawHttp.SendAsync(gateway.Address(GatewayListener.OtlpHttp), "GET /nothing HTTP/1.1\nHost: x\nConnection: close\n\n");

        Assert.Equal(HttpStatusCode.NotFound, first.StatusCode);
        await AssertRefusedAsync(second);
        Assert.Equal(200, await RawHttp.GetStatusAsync(gateway.Address(GatewayListener.Management), "/health/live", "x"));
        Assert.Equal(200, await RawHttp.GetStatusAsync(gateway.Address(GatewayListener.Management), "/health/live", "x"));
    }

    // The end of the connection is an empty answer or a reset, as the network has it.
    private static async Task AssertRefusedAsync(Task<string> answer)
    {
        try
        {
            Assert.Empty(await answer);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
        }
    }
}
