using System.Net;
using System.Text;
using KmsGateway.Cli.Tests.Fixtures;
using Xunit;

namespace KmsGateway.Cli.Tests.Commands;

public sealed class HealthcheckCommandTests
{
    [Fact]
    public async Task Healthcheck_Up_ExitsZeroAndListsChecks()
    {
        var result = await RunAsync(
            HttpStatusCode.OK,
            """
            {"status":"UP","checks":[
              {"name":"kms","status":"UP","data":{"provider":"local","latency_ms":1}},
              {"name":"keystore","status":"UP"}]}
            """);

        Assert.Equal(0, result.ExitCode);
        Assert.Equal("UP http://localhost:8080\n  UP    kms  provider=local latency_ms=1\n  UP    keystore\n", result.Out);
    }

    [Fact]
    public async Task Healthcheck_Down_ExitsOneAndListsChecks()
    {
        var result = await RunAsync(
            HttpStatusCode.ServiceUnavailable,
            """{"status":"DOWN","checks":[{"name":"kms","status":"DOWN","data":{"error":"\u001b[2Jaccess-denied"}}]}""");

        Assert.Equal(1, result.ExitCode);
        Assert.Equal("DOWN http://localhost:8080\n  DOWN  kms  error=\\u{1B}[2Jaccess-denied\n", result.Out);
    }

    [Theory]
    [InlineData("<html>")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"status\":1}")]
    public async Task Healthcheck_SomethingElseThere_ExitsOne(string body)
    {
        var result = await RunAsync(HttpStatusCode.OK, body);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("answered 200, but not as a gateway does", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Healthcheck_UpWithAnErrorStatus_ExitsOne() =>
        Assert.Equal(1, (await RunAsync(HttpStatusCode.BadGateway, """{"status":"UP"}""")).ExitCode);

    [Fact]
    public async Task Healthcheck_Unreachable_ExitsOne()
    {
        using var work = new Workplace { CreateHandler = _ => new AnswerHandler(_ => throw new HttpRequestException("refused")) };

        var result = await work.RunAsync("healthcheck", "--gateway", "http://gateway.example:8080");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("http://gateway.example:8080/health/ready is not reachable", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Healthcheck_Serving_AsksThatAndShowsWhatIsDown()
    {
        using var work = new Workplace
        {
            CreateHandler = address => AnswerHandler.Of(
                address.AbsolutePath == "/health/serving" ? HttpStatusCode.OK : HttpStatusCode.ServiceUnavailable,
                """{"status":"UP","checks":[{"name":"kms","status":"DOWN","data":{"error":"timeout"}}]}"""u8.ToArray())(address),
        };

        var result = await work.RunAsync("healthcheck", "--serving");

        Assert.Equal(0, result.ExitCode);
        Assert.Equal("UP http://localhost:8080\n  DOWN  kms  error=timeout\n", result.Out);
    }

    [Theory]
    [InlineData("--gateway", "localhost")]
    [InlineData("--gateway")]
    [InlineData("--serving", "yes")]
    public async Task Healthcheck_BadUsage_ExitsTwoAndNeverConnects(params string[] arguments)
    {
        using var work = new Workplace();

        var result = await work.RunAsync(["healthcheck", .. arguments]);

        Assert.Equal(2, result.ExitCode);
        Assert.StartsWith("kmsgw: ", result.Error, StringComparison.Ordinal);
    }

    private static async Task<CliResult> RunAsync(HttpStatusCode status, string body)
    {
        using var work = new Workplace { CreateHandler = AnswerHandler.Of(status, Encoding.UTF8.GetBytes(body)) };
        return await work.RunAsync("healthcheck");
    }
}
