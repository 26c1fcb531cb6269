using System.Net;
using KmsGateway.Cli.Tests.Fixtures;
using Xunit;

namespace KmsGateway.Cli.Tests.Commands;

public sealed class KeysRotationTests
{
    private const string Reason = """{"reason":"new contract"}""";

    [Fact]
    public async Task Rotate_All_WaitsForTheOperation()
    {
        var gateway = new AdminStub(
            (HttpStatusCode.Accepted, KmsCommandTests.Operation("running", 0)), (HttpStatusCode.OK, KmsCommandTests.Operation("failed", 3, 1, "acme")));

        var result = await gateway.RunAsync("keys", "rotate", "--all", "--reason", "new contract");

        Assert.Equal(1, result.ExitCode);
        Assert.EndsWith(" failed: 2 of 3 tenants, 1 failed\n  acme\n", result.Out, StringComparison.Ordinal);
        KmsCommandTests.AssertOnce("POST /api/admin/kms/rotate-all-keys", gateway.Calls[0]);
        Assert.Equal(Reason, gateway.Calls[0].Body);
    }

    [Fact]
    public async Task Rotate_AllDryRun_ListsTenantsAndStartsNothing()
    {
        var gateway = AdminStub.Ok("""{"tenants":["acme","glo\u202ebex"]}""");

        var result = await gateway.RunAsync("keys", "rotate", "--all", "--reason", "new contract", "--dry-run");

        Assert.Equal("acme\nglo\\u{202E}bex\ntenants that would get a new key: 2; nothing was done\n", result.Out);
        Assert.Equal(0, result.ExitCode);
        Assert.Equal("POST /api/admin/kms/rotate-all-keys?dryRun=true", Assert.Single(gateway.Calls).Line);
    }

    [Fact]
    public async Task Rotate_Tenant_ListsItsKeys()
    {
        var gateway = AdminStub.Ok("""{"keys":[{"kid":"k1","tenant":"acme","stage":"active","trusted":true,"origin":"local"}]}""");

        var result = await gateway.RunAsync("keys", "rotate", "acme", "--reason", "new contract");

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("acme    k1   signing  active", result.Out, StringComparison.Ordinal);
        KmsCommandTests.AssertOnce("POST /api/admin/kms/tenants/acme/rotate", Assert.Single(gateway.Calls));
    }

    [Theory]
    [InlineData("""{"tenant":"acme","origin":"api","kid":"k1"}""", "acme would get a new key instead of k1; nothing was done\n")]
    [InlineData("""{"tenant":"acme","origin":"api"}""", "acme would get a new key and has none for signing now; nothing was done\n")]
    public async Task Rotate_TenantDryRun_SaysWhichKey(string tenant, string expected)
    {
        var gateway = AdminStub.Ok(tenant, """{"keys":[]}""");

        var result = await gateway.RunAsync("keys", "rotate", "acme", "--reason", "new contract", "--dry-run");

        Assert.Equal(expected, result.Out);
        Assert.Equal(0, result.ExitCode);
        Assert.Equal(
            ["GET /api/admin/tenants/acme", "POST /api/admin/kms/tenants/acme/rotate?dryRun=true"], gateway.Calls.Select(call => call.Line));
    }

    [Fact]
    public async Task Rotate_DryRunOfUnknownTenant_ExitsOneAndAsksNoMore()
    {
        var gateway = new AdminStub((HttpStatusCode.NotFound, """{"detail":"There is no tenant 'acme'."}"""));

        var result = await gateway.RunAsync("keys", "rotate", "acme", "--reason", "new contract", "--dry-run");

        Assert.Equal(1, result.ExitCode);
        Assert.Single(gateway.Calls);
    }
}
