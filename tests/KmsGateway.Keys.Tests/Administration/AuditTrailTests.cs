using KmsGateway.Keys.Administration;
using KmsGateway.Keys.Audit;
using KmsGateway.Keys.Tests.Support;

namespace KmsGateway.Keys.Tests.Administration;

public sealed class AuditTrailTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task AppendAsync_Entries_AreReadInOrderAndInPages()
    {
        using var gateway = await PrepareAsync(5);
        var trail = gateway.Get<AuditTrail>();

        var all = await trail.ReadAsync(after: 0, limit: 100, Token);

        Assert.Equal([1, 2, 3, 4, 5], all.Select(act => act.N));
        Assert.Equal([3, 4], (await trail.ReadAsync(after: 2, limit: 2, Token)).Select(act => act.N));
        Assert.Empty(await trail.ReadAsync(after: 5, limit: 10, Token));
        Assert.Empty(await trail.ReadAsync(after: 9, limit: 10, Token));
        Assert.Equivalent(
            new AuditedAct(2, gateway.Time.GetUtcNow(), "decrypt", "Äda \"the\" auditor", "case 2", ["acme", "globex"], ["kid-2"], 12), all[1], strict: true);
    }

    [Fact]
    public async Task AppendAsync_FirstAndSecond_AreCanonicalJsonAndLinked()
    {
        using var gateway = await PrepareAsync(2);

        Assert.Equal(
            """{"action":"decrypt","actor":"Äda \"the\" auditor","at":"2026-03-01T12:00:00.000Z","kids":["kid-1"],"n":1,"prev":"","reason":"case 1","tenants":["acme","globex"],"values":11}""",
            gateway.Query<string>("SELECT entry FROM audit_event WHERE n = 1"));
        Assert.Matches("\"prev\":\"[A-Za-z0-9_-]{43}\"", gateway.Query<string>("SELECT entry FROM audit_event WHERE n = 2"));
    }

    [Theory]
    [InlineData("UPDATE audit_event SET entry = replace(entry, 'case 2', 'case 7') WHERE n = 2", 3)]
    [InlineData("UPDATE audit_event SET entry = replace(entry, '\"n\":2', '\"n\":3') WHERE n = 2", 2)]
    [InlineData("UPDATE audit_event SET entry = replace(entry, '{', '{ ') WHERE n = 2", 2)]
    [InlineData("UPDATE audit_event SET entry = 'nothing' WHERE n = 2", 2)]
    [InlineData("UPDATE audit_event SET entry = replace(entry, '[\"kid-2\"]', '[7]') WHERE n = 2", 2)]
    [InlineData("DELETE FROM audit_event WHERE n = 2", 2)]
    [InlineData("DELETE FROM audit_event WHERE n = 1", 1)]
    public async Task ReadAsync_EntryChangedOrTaken_SaysWhereTheTrailBreaks(string sql, int at)
    {
        using var gateway = await PrepareAsync(3);
        gateway.Tamper("DROP TRIGGER audit_event_no_update");
        gateway.Tamper("DROP TRIGGER audit_event_no_delete");
        gateway.Tamper(sql);

        var broken = await Assert.ThrowsAsync<KeyAdministrationException>(() => gateway.Get<AuditTrail>().ReadAsync(after: 0, limit: 10, Token));

        Assert.Contains($"entry {at} ", broken.Message, StringComparison.Ordinal);
    }

    // Of what is read in pages, too, the link to the page before is looked at.
    [Fact]
    public async Task ReadAsync_EntryBeforeThePageChanged_SaysSo()
    {
        using var gateway = await PrepareAsync(3);
        gateway.Tamper("DROP TRIGGER audit_event_no_update");
        gateway.Tamper("UPDATE audit_event SET entry = replace(entry, 'case 2', 'case 7') WHERE n = 2");

        await Assert.ThrowsAsync<KeyAdministrationException>(() => gateway.Get<AuditTrail>().ReadAsync(after: 2, limit: 10, Token));
    }

    [Fact]
    public async Task AppendAsync_ManyGatewaysAtOnce_MakeOneTrail()
    {
        using var first = await PrepareAsync(0);
        using var second = await PrepareAsync(0);

        var numbers = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => (i % 2 == 0 ? first : second).Get<AuditTrail>().AppendAsync(Entry(i), Token)));

        Assert.Equal(Enumerable.Range(1, 40).Select(n => (long)n), numbers.Order());
        Assert.Equal(40, (await first.Get<AuditTrail>().ReadAsync(after: 0, limit: 100, Token)).Count);
    }

    private static AuditEntry Entry(int i) => new("decrypt", "Äda \"the\" auditor", $"case {i}", ["acme", "globex"], [$"kid-{i}"], 10 + i);

    private async Task<Gateway> PrepareAsync(int entries)
    {
        var gateway = await Gateway.PrepareAsync(_folder, ["acme"]);
        for (var i = 1; i <= entries; i++)
        {
            await gateway.Get<AuditTrail>().AppendAsync(Entry(i), Token);
        }

        return gateway;
    }
}
