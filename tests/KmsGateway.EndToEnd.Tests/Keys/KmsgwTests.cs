using KmsGateway.Testing;
using KmsGateway.Testing.Processes;
using Xunit;

namespace KmsGateway.EndToEnd.Tests.Keys;

/// <summary>What an operator types, against a gateway with the embedded default.</summary>
public sealed class KmsgwTests
{
    [Fact]
    public async Task KeysAndTenants_EachCommand_DoesWhatItSays()
    {
        using var folder = new TemporaryFolder();
        await using var gateway = await GatewayProcess.StartAsync(new GatewayProcessOptions { DataDirectory = folder["data"] });

        Assert.Contains("default", await OkAsync(gateway, "tenants", "list"), StringComparison.Ordinal);
        Assert.Equal("globex added\n", await OkAsync(gateway, "tenants", "add", "globex"));
        Assert.Contains("globex removed", await OkAsync(gateway, "tenants", "remove", "globex"), StringComparison.Ordinal);
        var kid = Row(await OkAsync(gateway, "keys", "list", "--tenant", "default"), "active");
        var rotated = await OkAsync(gateway, "keys", "rotate", "default", "--reason", "test");
        Assert.Equal(kid, Row(rotated, "retired"));
        Assert.Contains("0 problems", await OkAsync(gateway, "keys", "audit"), StringComparison.Ordinal);
        Assert.Contains("bytes written", await OkAsync(gateway, "keys", "export", folder["export.json"]), StringComparison.Ordinal);
        Assert.Contains("keys imported", await OkAsync(gateway, "keys", "import", folder["export.json"]), StringComparison.Ordinal);
        var active = Row(rotated, "active");
        Assert.Contains(
            "no gateway uses it any more",
            await OkAsync(gateway, "keys", "revoke", active, "--reason", "test", "--compromise", "--compromised-from", "2026-01-01T00:00:00Z"),
            StringComparison.Ordinal);

        (await RunAsync(gateway, "keys", "revoke", active, "--reason", "test")).ExitedWith(1);
        (await RunAsync(gateway, "keys", "revoke", active)).ExitedWith(2);
        (await RunAsync(gateway, "tenants", "add", "not a name")).ExitedWith(1);
        (await RunAsync(gateway, "keys", "audit", "--root", "other")).ExitedWith(1);
        (await CliProcess.RunAsync("keys", "list", "--gateway", "http://127.0.0.1:1")).ExitedWith(2);
    }

    [Fact]
    public async Task KmsAndEnforcement_EachCommand_DoesWhatItSays()
    {
        using var folder = new TemporaryFolder();
        await using var gateway = await GatewayProcess.StartAsync(new GatewayProcessOptions { DataDirectory = folder["data"] });

        // It is ready before its first probe.
        await gateway.WaitForOutputAsync("is up, it was");
        Assert.StartsWith("kms: up (local), ", await OkAsync(gateway, "status"), StringComparison.Ordinal);
        Assert.DoesNotContain("failed", await OkAsync(gateway, "kms", "validate"), StringComparison.Ordinal);
        Assert.Equal("warm-up succeeded: 1 of 1 tenants, 0 failed\n", await OkAsync(gateway, "kms", "warm-up"));
        Assert.Contains("cache: 1 of at most ", await OkAsync(gateway, "kms", "cache"), StringComparison.Ordinal);

        var kid = Row(await OkAsync(gateway, "keys", "list"), "active");
        Assert.Equal(
            "default\ntenants that would get a new key: 1; nothing was done\n",
            await OkAsync(gateway, "keys", "rotate", "--all", "--reason", "test", "--dry-run"));
        Assert.Equal(
            $"default would get a new key instead of {kid}; nothing was done\n",
            await OkAsync(gateway, "keys", "rotate", "default", "--reason", "test", "--dry-run"));
        Assert.Equal(kid, Row(await OkAsync(gateway, "keys", "list"), "active"));
        Assert.Equal(
            "rotate-all-keys succeeded: 1 of 1 tenants, 0 failed\n", await OkAsync(gateway, "keys", "rotate", "--all", "--reason", "test"));
        Assert.Equal(kid, Row(await OkAsync(gateway, "keys", "list"), "retired"));

        Assert.StartsWith(
            "default is in mode observe until ",
            await OkAsync(gateway, "enforcement", "set", "default", "observe", "--reason", "drill", "--for", "00:30:00"),
            StringComparison.Ordinal);
        Assert.Matches(@"default +observe +.+ drill\n$", await OkAsync(gateway, "enforcement", "list"));
        Assert.Contains("break-glass: default observe until ", await OkAsync(gateway, "status"), StringComparison.Ordinal);
        await OkAsync(gateway, "enforcement", "clear", "default", "--reason", "it is over");
        await gateway.WaitForOutputAsync("Tenant default is in its configured mode again, by development: it is over");
        Assert.DoesNotContain("observe", await OkAsync(gateway, "enforcement", "list"), StringComparison.Ordinal);

        (await RunAsync(gateway, "enforcement", "clear", "default")).ExitedWith(1);
        (await RunAsync(gateway, "enforcement", "set", "default", "observe", "--reason", "drill", "--for", "04:00:01")).ExitedWith(1);
        (await RunAsync(gateway, "keys", "rotate", "other", "--reason", "test", "--dry-run")).ExitedWith(1);
        (await RunAsync(gateway, "keys", "rotate", "default", "--all", "--reason", "test")).ExitedWith(2);
    }

    private static string Row(string table, string stage) =>
        table.Split('\n').Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Single(cells => cells.Contains(stage))[1];

    private static async Task<string> OkAsync(GatewayProcess gateway, params string[] arguments)
    {
        var result = await RunAsync(gateway, arguments);
        result.ExitedWith(0);
        return result.Output;
    }

    private static Task<ProgramResult> RunAsync(GatewayProcess gateway, params string[] arguments) =>
        CliProcess.RunAsync([.. arguments, "--gateway", gateway.Management.ToString()]);
}
