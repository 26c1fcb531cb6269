using KmsGateway.Cli.Tests.Fixtures;
using Xunit;

namespace KmsGateway.Cli.Tests.Commands;

public sealed class AuditTrailCommandTests
{
    private const string First =
        """{"n":8,"at":"2026-03-04T05:06:07+00:00","action":"decrypt","actor":"alice","reason":"INC\u001b1","tenants":["acme","globex"],"kids":["k1","k2"],"values":12}""";

    private const string Second =
        """{"n":9,"at":"2026-03-04T05:06:08+00:00","action":"shred","actor":"bob","reason":"erasure","tenants":["acme"],"kids":["k1"],"values":0}""";

    [Fact]
    public async Task List_SeveralPages_ListsAll()
    {
        var gateway = AdminStub.Ok($$"""{"entries":[{{First}}]}""", $$"""{"entries":[{{Second}}]}""", """{"entries":[]}""");

        var result = await gateway.RunAsync("audit-trail", "--after", "7");

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(
            """
            N  TIME                 ACTION   ACTOR  TENANTS      KEYS    VALUES  REASON
            8  2026-03-04 05:06:07  decrypt  alice  acme globex  2 keys  12      INC\u{1B}1
            9  2026-03-04 05:06:08  shred    bob    acme         k1      0       erasure

            """,
            result.Out);
        Assert.Equal(
            ["GET /api/admin/audit?after=7", "GET /api/admin/audit?after=8", "GET /api/admin/audit?after=9"], gateway.Calls.Select(call => call.Line));
    }

    [Fact]
    public async Task List_PageThatGoesBack_EndsInsteadOfGoingRound()
    {
        var gateway = AdminStub.Ok($$"""{"entries":[{{Second}},{{First}}]}""");

        Assert.Equal(2, (await gateway.RunAsync("audit-trail")).ExitCode);
    }
}
