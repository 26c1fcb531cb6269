using System.Text;
using KmsGateway.Keys.Clocks;
using KmsGateway.Keys.Probing;
using KmsGateway.Proxy.Listeners;
using KmsGateway.Proxy.Management;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace KmsGateway.Proxy.Tests.Management;

public sealed class HealthReportTests
{
    private const string DownJson =
        """{"status":"DOWN","checks":[{"name":"kms","status":"DOWN","data":"""
        + """{"provider":"aws","error":"throttled","help_url":"https://help"}}]}""";

    [Fact]
    public async Task Ready_KmsUp_Is200WithLatency()
    {
        var (code, json) = await WriteAsync(
            new ProbeStatus(ProbeState.Up, "aws", 45, null, null), (report, context) => report.WriteReadyAsync(context));

        Assert.Equal(200, code);
        Assert.Equal(
            """{"status":"UP","checks":[{"name":"kms","status":"UP","data":{"provider":"aws","latency_ms":45,"status":"operational"}}]}""",
            json);
    }

    [Fact]
    public async Task Ready_KmsDown_Is503WithCodeAndHelp()
    {
        var (code, json) = await WriteAsync(
            new ProbeStatus(ProbeState.Down, "aws", 45, "throttled", null), (report, context) => report.WriteReadyAsync(context));

        Assert.Equal(503, code);
        Assert.Equal(DownJson, json);
    }

    [Fact]
    public async Task Ready_KmsNotProbedYet_Is503()
    {
        var (code, json) = await WriteAsync(
            new ProbeStatus(ProbeState.Unknown, "aws", null, null, null), (report, context) => report.WriteReadyAsync(context));

        Assert.Equal(503, code);
        Assert.Contains("\"error\":\"not-probed-yet\"", json, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Serving_KmsDown_IsUpAndSaysWhatIsWrong()
    {
        var (code, json) = await WriteAsync(
            new ProbeStatus(ProbeState.Down, "aws", 45, "throttled", null), (report, context) => report.WriteServingAsync(context));

        Assert.Equal(200, code);
        Assert.Equal(DownJson.Replace("""{"status":"DOWN","checks""", """{"status":"UP","checks""", StringComparison.Ordinal), json);
    }

    [Fact]
    public async Task Live_NeverAsksTheProbe()
    {
        var (code, json) = await WriteAsync(probe: null, (_, context) => HealthReport.WriteLiveAsync(context));

        Assert.Equal(200, code);
        Assert.Equal("""{"status":"UP","checks":[]}""", json);
    }

    private static async Task<(int Code, string Json)> WriteAsync(ProbeStatus? probe, Func<HealthReport, HttpContext, Task> write)
    {
        using var body = new MemoryStream();
        var context = new DefaultHttpContext { Response = { Body = body } };
        context.Request.Method = "GET";
        using var draining = new Draining();
        var report = new HealthReport(
            () => probe ?? throw new InvalidOperationException("the probe was asked"),
            new ClockSkew(),
            draining,
            Options.Create(new HealthOptions { HelpUrl = "https://help" }));
        await write(report, context);
        return (context.Response.StatusCode, Encoding.UTF8.GetString(body.ToArray()));
    }
}
