using System.Net;
using KmsGateway.Cli.Tests.Fixtures;
using Xunit;

namespace KmsGateway.Cli.Tests.Commands;

public sealed class EnforcementCommandTests
{
    private const string Entry =
        """{"tenant":"acme","mode":"observe","actor":"alice","reason":"INC-1\u001b[2J","until":"2026-11-25T10:00:00.123+00:00"}""";

    [Fact]
    public async Task List_Entries_TellsWhoWhyAndUntilWhen()
    {
        var result = await AdminStub.Ok($$"""{"enforcement":[{{Entry}}]}""").RunAsync("enforcement", "list");

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(
            """
            TENANT  MODE     UNTIL                 SET BY  REASON
            acme    observe  2026-11-25 10:00:00Z  alice   INC-1\u{1B}[2J

            """,
            result.Out);
    }

    [Fact]
    public async Task Set_Observe_AsksForItOnce()
    {
        var gateway = AdminStub.Ok(Entry);

        var result = await gateway.RunAsync("enforcement", "set", "acme", "observe", "--reason", "INC-1", "--for", "01:30:00");

        Assert.Equal("acme is in mode observe until 2026-11-25 10:00:00Z; then it goes back by itself\n", result.Out);
        Assert.Equal(0, result.ExitCode);
        KmsCommandTests.AssertOnce("POST /api/admin/enforcement", Assert.Single(gateway.Calls));
        Assert.Equal("""{"tenant":"acme","mode":"observe","reason":"INC-1","ttl":"01:30:00"}""", gateway.Calls[0].Body);
    }

    [Theory]
    [InlineData("DELETE /api/admin/enforcement/acme")]
    [InlineData("DELETE /api/admin/enforcement/acme?reason=it%20is%20over", "--reason", "it is over")]
    public async Task Clear_Tenant_GivesTheReasonIfThereIsOne(string expected, params string[] options)
    {
        var gateway = new AdminStub((HttpStatusCode.NoContent, ""));

        var result = await gateway.RunAsync(["enforcement", "clear", "acme", .. options]);

        Assert.Equal("acme is in its configured mode again\n", result.Out);
        Assert.Equal(0, result.ExitCode);
        Assert.Equal(new AdminCall(expected, "", null), Assert.Single(gateway.Calls));
    }

    [Fact]
    public async Task Clear_NothingIsSet_ExitsOne()
    {
        var gateway = new AdminStub((HttpStatusCode.NotFound, """{"detail":"Nothing is set aside for tenant 'acme'."}"""));

        Assert.Equal(1, (await gateway.RunAsync("enforcement", "clear", "acme")).ExitCode);
    }
}
