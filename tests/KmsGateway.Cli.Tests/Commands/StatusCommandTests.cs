using System.Net;
using KmsGateway.Cli.Tests.Fixtures;
using Xunit;

namespace KmsGateway.Cli.Tests.Commands;

public sealed class StatusCommandTests
{
    [Fact]
    public async Task Status_Up_TellsEverythingAndExitsZero()
    {
        var success = EvidenceFixture.Start.AddSeconds(-12);
        var gateway = AdminStub.Ok(Answer(
            $$"""
            "provider":"aws","probe":"up","latencyMs":3,"lastSuccess":"{{success:O}}",
            "circuits":[{"name":"eu-central-1","state":"closed"},{"name":"eu-west-1","state":"half-open"}],
            "tenantsWithoutKey":["globex","initech"],"clockSkewSeconds":{"kms":0.25,"store":-61.04}
            """,
            """{"tenant":"acme","mode":"observe","actor":"alice","reason":"INC-1","until":"2026-11-25T10:00:00Z"}"""));

        var result = await gateway.RunAsync("status");

        Assert.Equal(
            """
            kms: up (aws), 3 ms, last success 12 s ago
            circuits: eu-central-1 closed, eu-west-1 half-open
            cache: 3 of at most 100 keys, each for 04:00:00
            tenants: 5, keys overdue: 1, without a key: globex, initech
            clock: 0.3 s ahead of kms, 61.0 s behind store
            break-glass: acme observe until 2026-11-25 10:00:00Z by alice: INC-1

            """,
            result.Out);
        Assert.Equal(0, result.ExitCode);
        Assert.Equal("GET /api/admin/kms/status", Assert.Single(gateway.Calls).Line);
    }

    [Theory]
    [InlineData("down", "denied", "kms: down (local), denied, no success yet\n")]
    [InlineData("unknown", "\\u001b[2J", "kms: unknown (local), \\u{1B}[2J, no success yet\n")]
    public async Task Status_ProbeIsNotUp_ExitsOneAndSaysWhy(string probe, string error, string expected)
    {
        var gateway = AdminStub.Ok(Answer(
            $$"""
            "provider":"local","probe":"{{probe}}","error":"{{error}}","circuits":[],"tenantsWithoutKey":[],"clockSkewSeconds":{}
            """));

        var result = await gateway.RunAsync("status");

        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith(expected, result.Out, StringComparison.Ordinal);
        Assert.EndsWith("clock: none\nbreak-glass: none\n", result.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Status_ManyTenantsWithoutKey_NamesTheFirst()
    {
        var names = string.Join(',', Enumerable.Range(1, 12).Select(number => $"\"t{number}\""));
        var gateway = AdminStub.Ok(Answer(
            $$"""
            "provider":"local","probe":"up","circuits":[],"tenantsWithoutKey":[{{names}}],"clockSkewSeconds":{}
            """));

        Assert.Contains("t9, t10 and 2 more\n", (await gateway.RunAsync("status")).Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"kms":{"probe":1}}""")]
    [InlineData("""{"kms":{"probe":"up","provider":"local","latencyMs":0.5}}""")]
    [InlineData("""{"kms":{"probe":"up","provider":"local","circuits":[],"cache":{"keys":1,"capacity":1,"lifetimeSeconds":1e300}}}""")]
    public async Task Status_OtherFormOfAnswer_ExitsTwoWithOneLine(string answer)
    {
        var result = await AdminStub.Ok(answer).RunAsync("status");

        Assert.Equal(2, result.ExitCode);
        Assert.Equal("kmsgw: the gateway's answer has another form than this version of kmsgw knows\n", result.Error);
    }

    [Fact]
    public async Task Status_Refused_ExitsOneWithTheGatewaysWords()
    {
        var result = await new AdminStub((HttpStatusCode.Forbidden, """{"detail":"'ops' has not the scope 'read'."}""")).RunAsync("status");

        Assert.Equal(1, result.ExitCode);
        Assert.Equal("kmsgw: the gateway answered 403: 'ops' has not the scope 'read'.\n", result.Error);
    }

    private static string Answer(string kms, string enforcement = "") =>
        $$"""
        {"kms":{ {{kms}},"cache":{"keys":3,"capacity":100,"lifetimeSeconds":14400},"makesKeys":true,"root":"r","tenants":5,"overdueKeys":1},
         "enforcement":[{{enforcement}}]}
        """;
}
