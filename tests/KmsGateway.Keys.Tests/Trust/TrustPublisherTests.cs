using System.Text.Json;
using KmsGateway.Cryptography;
using KmsGateway.Keys.Tests.Support;
using KmsGateway.Keys.Trust;
using KmsGateway.Testing;

namespace KmsGateway.Keys.Tests.Trust;

public sealed class TrustPublisherTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task TrustFileJson_AfterStart_IsATrustFileOfNow()
    {
        using var gateway = await Gateway.PrepareAsync(_folder, ["acme", "globex"]);

        var file = TrustFile.Parse(gateway.Trust.TrustFileJson);

        Assert.Equal(UnixNanoseconds.From(gateway.Time.GetUtcNow()), file.AsOf);
        Assert.Equal(2, file.Chain.Keys.Count);
        Assert.True(file.Chain.TryFind(await gateway.KidAsync("acme"), out var key));
        Assert.Equal(("acme", KeyStatus.Active, null), (key.Tenant, key.Status, key.Expires));
    }

    [Fact]
    public async Task RenewIfDueAsync_TenMinutesLater_RenewsAsOf()
    {
        using var gateway = await Gateway.PrepareAsync(_folder, ["acme"]);
        var renewal = gateway.GetHosted<TrustRenewal>();
        var first = gateway.Trust.TrustFileJson;

        gateway.Time.Advance(TimeSpan.FromMinutes(9));
        await renewal.RenewIfDueAsync(Token);
        Assert.Equal(first, gateway.Trust.TrustFileJson);

        gateway.Time.Advance(TimeSpan.FromMinutes(1));
        await renewal.RenewIfDueAsync(Token);
        Assert.Equal(UnixNanoseconds.From(gateway.Time.GetUtcNow()), TrustFile.Parse(gateway.Trust.TrustFileJson).AsOf);
    }

    [Fact]
    public async Task RenewIfDueAsync_OtherGatewayMadeAKey_PublishesIt()
    {
        using var gateway = await Gateway.PrepareAsync(_folder, ["acme"]);
        using var other = await Gateway.PrepareAsync(_folder, ["acme", "globex"]);

        await gateway.ActiveKeys.RefreshAsync(Token);
        await gateway.GetHosted<TrustRenewal>().RenewIfDueAsync(Token);

        Assert.Equal(2, TrustFile.Parse(gateway.Trust.TrustFileJson).Chain.Keys.Count);
    }

    // A change is announced before the chain in memory has grown by it: whoever looks then sees nothing to do.
    [Fact]
    public async Task Renewal_ChainGrowsAfterTheLook_PublishesItAtOnce()
    {
        using var gateway = await Gateway.PrepareAsync(_folder, ["acme"]);
        var renewal = gateway.GetHosted<TrustRenewal>();
        await renewal.StartAsync(Token);
        using var other = await Gateway.PrepareAsync(_folder, ["acme", "globex"]);

        await gateway.ActiveKeys.RefreshAsync(Token);

        await Poll.UntilAsync(() => TrustFile.Parse(gateway.Trust.TrustFileJson).Chain.Keys.Count == 2);
        await renewal.StopAsync(Token);
    }

    [Fact]
    public async Task RenewIfDueAsync_ManyAtATime_SignOnce()
    {
        using var gateway = await Gateway.PrepareAsync(_folder, ["acme"]);
        gateway.Time.Advance(TimeSpan.FromMinutes(10));
        var signatures = gateway.Kms.Signed;

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => gateway.GetHosted<TrustRenewal>().RenewIfDueAsync(Token)));

        Assert.Equal(signatures + 1, gateway.Kms.Signed);
    }

    [Fact]
    public async Task RenewIfDueAsync_KmsDown_KeepsWhatIsPublished()
    {
        using var gateway = await Gateway.PrepareAsync(_folder, ["acme"]);
        var before = gateway.Trust.TrustFileJson;
        File.Delete(_folder.File("kms", "master.key"));
        gateway.Time.Advance(TimeSpan.FromMinutes(10));

        await gateway.PassTimeAsync(gateway.GetHosted<TrustRenewal>().RenewIfDueAsync(Token));

        Assert.Equal(before, gateway.Trust.TrustFileJson);
        Assert.Equal(1, gateway.Log.Count(1013));
    }

    [Fact]
    public async Task RefreshAsync_ForeignEntryInTheStore_IsRefusedOnceAndTheRestStands()
    {
        using var gateway = await Gateway.PrepareAsync(_folder, ["acme"]);
        gateway.Tamper("INSERT INTO key_event (n, jws, actor, reason, at) VALUES (3, 'e30.e30.e30', 'mallory', '', 0)");

        await gateway.ActiveKeys.RefreshAsync(Token);
        await gateway.ActiveKeys.RefreshAsync(Token);

        Assert.Equal(1, gateway.Log.Count(1011));
        Assert.Equal(KeyFailure.None, (await gateway.GetAsync("acme")).Failure);
    }

    [Fact]
    public async Task KeySetJson_Tenant_HasItsKeysOnly()
    {
        using var gateway = await Gateway.PrepareAsync(_folder, ["acme", "globex"]);

        using var json = JsonDocument.Parse(gateway.Trust.KeySetJson("acme")!);
        var key = Assert.Single(json.RootElement.GetProperty("keys").EnumerateArray());

        Assert.Equal(await gateway.KidAsync("acme"), key.GetProperty("kid").GetString());
        Assert.Null(gateway.Trust.KeySetJson("initech"));
    }
}
