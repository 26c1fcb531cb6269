using System.Text;
using KmsGateway.Keys.Clocks;
using KmsGateway.Keys.Probing;
using KmsGateway.Proxy.Listeners;
using KmsGateway.Proxy.Management.Health;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace KmsGateway.Proxy.Tests.Management;

public sealed class GatewayHealthTests
{
    private const string DownJson =
        """{"status":"DOWN","checks":[{"name":"kms","status":"DOWN","data":"""
        + """{"provider":"aws","error":"throttled","help_url":"https://help"}}]}""";

    [Fact]
    public async Task Ready_KmsUp_Is200WithLatency()
    {
        var (code, json) = await WriteAsync(
            new ProbeStatus(ProbeState.Up, "aws", 45, null, null), health => health.Ready());

        Assert.Equal(200, code);
        Assert.Equal(
            """{"status":"UP","checks":[{"name":"kms","status":"UP","data":{"provider":"aws","latency_ms":45,"status":"operational"}}]}""",
            json);
    }

    [Fact]
    public async Task Ready_KmsDown_Is503WithCodeAndHelp()
    {
        var (code, json) = await WriteAsync(
            new ProbeStatus(ProbeState.Down, "aws", 45, "throttled", null), health => health.Ready());

        Assert.Equal(503, code);
        Assert.Equal(DownJson, json);
    }

    [Fact]
    public async Task Ready_KmsNotProbedYet_Is503()
    {
        var (code, json) = await WriteAsync(
            new ProbeStatus(ProbeState.Unknown, "aws", null, null, null), health => health.Ready());

        Assert.Equal(503, code);
        Assert.Contains("\"error\":\"not-probed-yet\"", json, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Serving_KmsDown_IsUpAndSaysWhatIsWrong()
    {
        var (code, json) = await WriteAsync(
            new ProbeStatus(ProbeState.Down, "aws", 45, "throttled", null), health => health.Serving());

        Assert.Equal(200, code);
        Assert.Equal(DownJson.Replace("""{"status":"DOWN","checks""", """{"status":"UP","checks""", StringComparison.Ordinal), json);
    }

    [Fact]
    public async Task Live_NeverAsksTheProbe()
    {
        var (code, json) = await WriteAsync(probe: null, _ => GatewayHealth.Live);

        Assert.Equal(200, code);
        Assert.Equal("""{"status":"UP","checks":[]}""", json);
    }

    [Theory]
    [InlineData("Strict", true, 503)]
    [InlineData("CacheAware", true, 200)]
    [InlineData("CacheAware", false, 503)]
    public async Task Ready_KmsDown_IsDecidedByTheModeAndTheKeysInMemory(string mode, bool hasUsableKeys, int expected)
    {
        var (code, json) = await WriteAsync(
            new ProbeStatus(ProbeState.Down, "aws", 45, "throttled", null), health => health.Ready(), mode, hasUsableKeys);

        Assert.Equal(expected, code);
        Assert.Contains("\"error\":\"throttled\"", json, StringComparison.Ordinal);
    }

    // A gateway that has not seen the KMS since it started has shown nothing.
    [Fact]
    public async Task Ready_CacheAwareAndNotProbedYet_Is503()
    {
        var (code, _) = await WriteAsync(
            new ProbeStatus(ProbeState.Unknown, "aws", null, null, null), health => health.Ready(), "CacheAware", hasUsableKeys: true);

        Assert.Equal(503, code);
    }

    [Theory]
    [InlineData(false, 200)]
    [InlineData(true, 503)]
    public async Task Ready_UpstreamGone_CountsWhenItIsRequired(bool required, int expected)
    {
        var (code, json) = await WriteAsync(
            new ProbeStatus(ProbeState.Up, "aws", 45, null, null), health => health.Ready(), requireUpstream: required, down: ["otlp-http"]);

        Assert.Equal(expected, code);
        Assert.Equal(required, json.Contains("\"error\":\"no-healthy-destination: otlp-http\"", StringComparison.Ordinal));
    }

    private static async Task<(int Code, string Json)> WriteAsync(
        ProbeStatus? probe,
        Func<GatewayHealth, IReadOnlyList<HealthCheckResult>> ask,
        string mode = "Strict",
        bool hasUsableKeys = false,
        bool requireUpstream = false,
        string[]? down = null)
    {
        using var body = new MemoryStream();
        var context = new DefaultHttpContext { Response = { Body = body } };
        context.Request.Method = "GET";
        using var draining = new Draining();
        var health = new GatewayHealth(
            () => probe ?? throw new InvalidOperationException("the probe was asked"),
            () => hasUsableKeys,
            () => down ?? [],
            new ClockSkew(),
            draining,
            Options.Create(new HealthOptions { HelpUrl = "https://help", Mode = mode, RequireUpstream = requireUpstream }));
        await HealthJson.WriteAsync(context, ask(health));
        return (context.Response.StatusCode, Encoding.UTF8.GetString(body.ToArray()));
    }
}
