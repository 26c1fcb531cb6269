using System.Text;
using KmsGateway.Cli.Tests.Fixtures;
using Xunit;

namespace KmsGateway.Cli.Tests.Commands;

public sealed class KeysShreddingTests
{
    private const string Answer = """{"kid":"k1","tenant":"acme","shreddedAt":"2026-03-04T05:06:07+00:00","audit":12}""";
    private const string Body = """{"reason":"right to erasure","confirm":"k1"}""";

    [Fact]
    public async Task Shred_Confirmed_SaysWhatIsLeftToDo()
    {
        var gateway = AdminStub.Ok(Answer);

        var result = await gateway.RunAsync("keys", "shred", "k1", "--confirm", "k1", "--reason", "right to erasure");

        Assert.Equal(0, result.ExitCode);
        Assert.StartsWith("k1 of acme is destroyed; entry 12 of the audit trail. ", result.Out, StringComparison.Ordinal);
        KmsCommandTests.AssertOnce("POST /api/admin/kms/keys/k1/shred", Assert.Single(gateway.Calls));
        Assert.Equal(Body, gateway.Calls[0].Body);
    }

    [Theory]
    [InlineData("k1\n", 0)]
    [InlineData("yes\n", 2)]
    [InlineData("", 2)]
    public async Task Shred_OnATerminal_AsksForTheKey(string typed, int exitCode)
    {
        var gateway = AdminStub.Ok(Answer);
        using var work = new Workplace { CreateHandler = gateway.CreateHandler(), IsInteractive = true };

        var result = await work.RunAsync(Encoding.UTF8.GetBytes(typed), ["keys", "shred", "k1", "--reason", "right to erasure"]);

        Assert.Equal(exitCode, result.ExitCode);
        Assert.Contains("can then be decrypted by nobody", result.Error, StringComparison.Ordinal);
        Assert.Equal(exitCode == 0 ? 1 : 0, gateway.Calls.Count);
    }
}
