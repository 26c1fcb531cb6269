using System.Net;
using KmsGateway.Cli.Commands;
using KmsGateway.Cli.Gateways;
using KmsGateway.Cli.Terminal;
using KmsGateway.Cli.Tests.Fixtures;
using Xunit;

namespace KmsGateway.Cli.Tests.Commands;

public sealed class KmsCommandTests
{
    [Fact]
    public async Task Validate_AStepFailed_ExitsOneWithTheRecommendation()
    {
        var gateway = AdminStub.Ok(
            """
            {"valid":false,"steps":[
              {"step":"generate","status":"ok","milliseconds":12.34},
              {"step":"unwrap","status":"failed","milliseconds":3,"error":"denied","recommendation":"Allow kms:Decrypt.\u001b[2J"},
              {"step":"retrieve-hit","status":"skipped"}]}
            """);

        var result = await gateway.RunAsync("kms", "validate");

        Assert.Equal(1, result.ExitCode);
        Assert.Equal(
            """
            STEP          STATUS   MS    ERROR
            generate      ok       12.3  -
            unwrap        failed   3.0   denied
            retrieve-hit  skipped  -     -
            unwrap: Allow kms:Decrypt.\u{1B}[2J

            """,
            result.Out);
        AssertOnce("POST /api/admin/kms/validate", Assert.Single(gateway.Calls));
    }

    [Fact]
    public async Task Validate_NoStepFailed_ExitsZero() =>
        Assert.Equal(0, (await AdminStub.Ok("""{"valid":true,"steps":[]}""").RunAsync("kms", "validate")).ExitCode);

    [Fact]
    public async Task Cache_Keys_ListsThemAndTheLimits()
    {
        var gateway = AdminStub.Ok(
            """
            {"cache":{"keys":2,"capacity":10,"lifetimeSeconds":3600},"keys":[
              {"tenant":"acme","kid":"k1","ageSeconds":61.5,"secondsLeft":3538.5,"isUsed":true},
              {"tenant":"globex","kid":"k2","ageSeconds":7200,"secondsLeft":0,"isUsed":false}]}
            """);

        var result = await gateway.RunAsync("kms", "cache");

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(
            """
            TENANT  KEY  AGE   LEFT    USED
            acme    k1   61 s  58 min  yes
            globex  k2   2 h   0 s     no
            cache: 2 of at most 10 keys, each for 01:00:00

            """,
            result.Out);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task WarmUp_Succeeds_WaitsForTheEndAndSaysOneLine(bool showsProgress)
    {
        var gateway = new AdminStub(
            (HttpStatusCode.Accepted, Operation("running", 0)),
            (HttpStatusCode.OK, Operation("running", 1)),
            (HttpStatusCode.OK, Operation("succeeded", 3)));
        var waits = 0;
        using var work = gateway.Workplace(showsProgress, () => waits++);

        var result = await work.RunAsync("kms", "warm-up");

        Assert.Equal("warm-up succeeded: 3 of 3 tenants, 0 failed\n", result.Out);
        Assert.Equal(0, result.ExitCode);
        Assert.Equal(2, waits);
        AssertOnce("POST /api/admin/kms/warm-up", gateway.Calls[0]);
        Assert.All(gateway.Calls.Skip(1), call => Assert.Equal(new AdminCall("GET /api/admin/operations/id-1", "", null), call));
    }

    [Theory]
    [InlineData("failed")]
    [InlineData("interrupted")]
    public async Task WarmUp_EndsOtherwise_ExitsOneWithTheFailedTenants(string state)
    {
        var gateway = new AdminStub((HttpStatusCode.Accepted, Operation(state, 3, 3, "acme", "\\u001b[2J")));

        var result = await gateway.RunAsync("kms", "warm-up");

        Assert.Equal(1, result.ExitCode);
        Assert.Equal($"warm-up {state}: 0 of 3 tenants, 3 failed\n  acme\n  \\u{{1B}}[2J\n  and 1 more\n", result.Out);
    }

    [Fact]
    public async Task WarmUp_OneIsUnderWay_ExitsOneWithTheGatewaysWords()
    {
        var result = await new AdminStub((HttpStatusCode.Conflict, """{"detail":"It is under way already, as operation id-0."}"""))
            .RunAsync("kms", "warm-up");

        Assert.Equal(1, result.ExitCode);
        Assert.Equal("kmsgw: the gateway answered 409: It is under way already, as operation id-0.\n", result.Error);
    }

    [Fact]
    public async Task WarmUp_GatewayIsLostMeanwhile_NamesTheOperation()
    {
        var gateway = new AdminStub(
            (HttpStatusCode.Accepted, Operation("running", 0)), (HttpStatusCode.NotFound, """{"detail":"No such operation."}"""));

        var result = await gateway.RunAsync("kms", "warm-up");

        Assert.Equal(1, result.ExitCode);
        Assert.Equal(
            "kmsgw: the gateway answered 404: No such operation. Unless the gateway ended, warm-up goes on in the gateway as operation id-1; "
            + "to look at it: GET /api/admin/operations/id-1\n",
            result.Error);
    }

    [Fact]
    public async Task OperationWatch_CtrlC_SaysThatItGoesOn()
    {
        using var ctrlC = new CancellationTokenSource();
        var gateway = new AdminStub((HttpStatusCode.Accepted, Operation("running", 0)));
        using var work = gateway.Workplace(waiting: ctrlC.Cancel);
        using var client = await AdminClient.CreateAsync(work.Environment(), null, null, ctrlC.Token);
        var accepted = await client.PostOnceAsync("/api/admin/kms/warm-up", null, ctrlC.Token);

        var error = await Assert.ThrowsAsync<CommandException>(
            () => new OperationWatch(client, work.Environment()).RunAsync(accepted, ctrlC.Token));

        Assert.StartsWith("interrupted. warm-up goes on in the gateway as operation id-1;", error.Message, StringComparison.Ordinal);
        Assert.Single(gateway.Calls);
    }

    internal static string Operation(string state, int done, int failed = 0, params string[] failedTenants) =>
        $$"""
        {"id":"id-1","kind":"warm-up","actor":"a","reason":"","state":"{{state}}","total":3,"done":{{done}},"failed":{{failed}},
         "failedTenants":[{{string.Join(',', failedTenants.Select(tenant => $"\"{tenant}\""))}}],"startedAt":"2026-11-25T10:00:00Z"}
        """;

    internal static void AssertOnce(string line, AdminCall call)
    {
        Assert.Equal(line, call.Line);
        Assert.True(Guid.TryParse(call.Once, out var key) && key != Guid.Empty);
    }
}
