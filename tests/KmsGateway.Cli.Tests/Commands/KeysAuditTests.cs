using System.Text;
using KmsGateway.Cli.Tests.Fixtures;
using KmsGateway.Cryptography;
using Xunit;

namespace KmsGateway.Cli.Tests.Commands;

public sealed class KeysAuditTests : IDisposable
{
    private const string NoEvents = """{"events":[]}""";
    private const string OneEvent = """{"events":[{"n":3}]}""";

    private readonly EvidenceFixture _evidence = new();
    private readonly SigningKey _key;

    public KeysAuditTests() => _key = _evidence.AddKey(1);

    public void Dispose() => _evidence.Dispose();

    [Fact]
    public async Task Audit_StoreAndTrustChainAlike_NoProblem()
    {
        var gateway = AdminStub.Ok(Trust(), Keys("active"), NoEvents);

        var result = await gateway.RunAsync("keys", "audit");

        Assert.Equal($"1 keys, 2 entries in the trust chain, 0 problems (trust: UNPINNED, root {_evidence.Root.PublicKey.Kid})\n", result.Out);
        Assert.Equal(0, result.ExitCode);
        Assert.Equal("GET /api/admin/events?after=2", gateway.Calls[^1].Line);
    }

    // A key is changed while the two are read.
    [Fact]
    public async Task Audit_TrustFileIsOlderThanTheStore_LooksAgain()
    {
        var before = Trust();
        _evidence.Append(_key, EvidenceFixture.Tenant, KeyStatus.Retired);
        var gateway = AdminStub.Ok(before, Keys("retired"), OneEvent, Trust(), Keys("retired"), NoEvents);

        var result = await gateway.RunAsync("keys", "audit");

        Assert.Contains("3 entries in the trust chain, 0 problems", result.Out, StringComparison.Ordinal);
        Assert.Equal(0, result.ExitCode);
    }

    [Fact]
    public async Task Audit_TrustFileStaysOlder_IsAProblem()
    {
        string[] look = [Trust(), Keys("retired"), OneEvent];
        var gateway = AdminStub.Ok([.. Enumerable.Repeat(look, 121).SelectMany(answers => answers)]);

        var result = await gateway.RunAsync("keys", "audit");

        Assert.StartsWith("the trust file lacks the last 1 entries of the trust chain", result.Out, StringComparison.Ordinal);
        Assert.Contains(", 2 problems", result.Out, StringComparison.Ordinal);
        Assert.Equal(1, result.ExitCode);
    }

    [Theory]
    [InlineData("retired", "is retired of default in the store, and active of default in the trust chain")]
    [InlineData(null, "is in the trust chain, and not in the store: it was lost or removed")]
    public async Task Audit_StoreSaysOtherThanTheTrustChain_NamesTheKey(string? stage, string expected)
    {
        var gateway = AdminStub.Ok(Trust(), Keys(stage), NoEvents);

        var result = await gateway.RunAsync("keys", "audit");

        Assert.Contains(expected, result.Out, StringComparison.Ordinal);
        Assert.Equal(1, result.ExitCode);
    }

    [Fact]
    public async Task Audit_KeyThatTheTrustChainDoesNotKnow_WasWrittenBySomebody()
    {
        var forged = _evidence.NewKey(2).PublicKey.Kid;
        var gateway = AdminStub.Ok(Trust(), Keys("active").Replace("]}", $",{Key(forged, "active")}]}}", StringComparison.Ordinal), NoEvents);

        var result = await gateway.RunAsync("keys", "audit");

        Assert.StartsWith($"key {forged} of default is active in the store, and not in the trust chain", result.Out, StringComparison.Ordinal);
        Assert.Equal(1, result.ExitCode);
    }

    private string Trust() => Encoding.UTF8.GetString(_evidence.TrustFile());

    private string Keys(string? stage) => $$"""{"keys":[{{(stage is null ? "" : Key(_key.PublicKey.Kid, stage))}}]}""";

    private static string Key(string kid, string stage) =>
        $$"""{"kid":"{{kid}}","tenant":"default","purpose":"signing","stage":"{{stage}}","trusted":true,"origin":"kms"}""";
}
