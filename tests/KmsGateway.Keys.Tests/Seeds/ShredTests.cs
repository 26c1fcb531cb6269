using KmsGateway.Keys.Administration;
using KmsGateway.Keys.Audit;
using KmsGateway.Keys.Providers;
using KmsGateway.Keys.Retrieval;
using KmsGateway.Keys.Rotation;
using KmsGateway.Keys.Stores;
using KmsGateway.Keys.Tests.Support;
using KmsGateway.Testing;

namespace KmsGateway.Keys.Tests.Seeds;

public sealed class ShredTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task ShredAsync_RetiredSeed_IsGoneOnEveryGatewayAndWrittenDown()
    {
        using var gateway = await PrepareAsync();
        using var other = await PrepareAsync(gateway);
        var old = await gateway.RotateSeedAsync("acme");
        (await gateway.GetSeedOfAsync(old)).Lease!.Dispose();
        using var held = (await other.GetSeedOfAsync(old)).Lease!;

        var result = await ShredAsync(gateway, old);

        Assert.Equal(new ShredResult(old, "acme", gateway.Time.GetUtcNow(), 1), result);
        Assert.Equal(KeyFailure.Shredded, (await gateway.GetSeedOfAsync(old)).Failure);
        await other.GetHosted<ActiveKeyRefresh>().RefreshAsync(Token);
        Assert.Equal(KeyFailure.Shredded, (await other.GetSeedOfAsync(old)).Failure);
        Assert.Equal(0, other.Seeds.Count);

        // Who was at it may finish; nobody begins.
        Assert.Equal(old, held.Seed.Kid);
        var act = Assert.Single(await gateway.Get<AuditTrail>().ReadAsync(after: 0, limit: 10, Token));
        Assert.Equal(("shred", "operator", "a person's wish", "acme", old), (act.Action, act.Actor, act.Reason, act.Tenants.Single(), act.Kids.Single()));
        Assert.Equal(1, gateway.Log.Count(1027));
        (await gateway.GetSeedAsync("acme")).Lease!.Dispose();
    }

    // What it encrypts under the seed in the meantime would be lost.
    [Fact]
    public async Task ShredAsync_OtherGatewayMayStillUseIt_IsRefusedUntilItCannot()
    {
        using var gateway = await PrepareAsync();
        using var other = await PrepareAsync(gateway);
        var old = await gateway.RotateSeedAsync("acme");
        await other.GetHosted<ActiveKeyRefresh>().RefreshAsync(Token);

        var refused = await Assert.ThrowsAsync<KeyAdministrationException>(() => ShredAsync(gateway, old));
        Assert.Contains("other gateways may not have heard yet", refused.Message, StringComparison.Ordinal);
        (await gateway.GetSeedOfAsync(old)).Lease!.Dispose();

        gateway.Time.Advance(ActiveKeys.Silence);
        await other.GetHosted<ActiveKeyRefresh>().RefreshAsync(Token);
        Assert.Equal(old, (await ShredAsync(gateway, old)).Kid);
    }

    [Fact]
    public async Task ShredAsync_RequestIsAtIt_WaitsForIt()
    {
        using var gateway = await PrepareAsync();
        var old = await gateway.RotateSeedAsync("acme");
        var lease = (await gateway.GetSeedOfAsync(old)).Lease!;

        var shred = ShredAsync(gateway, old);
        await Poll.UntilAsync(() => !gateway.Seeds.Kids.Contains(old));
        Assert.False(shred.IsCompleted);
        lease.Dispose();

        Assert.Equal(old, (await shred).Kid);
    }

    [Fact]
    public async Task ShredAsync_Seed_LeavesNoWrapAndItsRow()
    {
        using var gateway = await PrepareAsync();
        var old = await gateway.RotateSeedAsync("acme");

        await ShredAsync(gateway, old);

        var row = (await gateway.Store.FindKeyAsync(old, Token))!;
        Assert.Equal((KeyStage.Retired, (DateTimeOffset?)gateway.Time.GetUtcNow()), (row.Stage, row.DestroyedAt));
        Assert.Empty(await gateway.Store.ReadWrapsAsync(row.Id, Token));
        var described = (await gateway.Get<KeyAdministration>().GetKeysAsync("acme", Token)).Single(key => key.Kid == old);
        Assert.Equal(("encryption", "retired", true, row.DestroyedAt), (described.Purpose, described.Stage, described.Trusted, described.DestroyedAt));
    }

    // The wrap was read before it was deleted: what it unwraps to is not used.
    [Fact]
    public async Task ShredAsync_WhileTheSeedIsUnwrapped_IsNotGivenOut()
    {
        using var gateway = await PrepareAsync();
        var old = await gateway.RotateSeedAsync("acme");
        gateway.Seeds.Remove(old);
        var gate = new TaskCompletionSource();
        gateway.Kms.Gate = gate.Task;
        var unwraps = gateway.Kms.Unwraps(KeyPurpose.Encryption);
        var pending = gateway.GetSeedOfAsync(old);
        await gateway.Kms.UnwrapsReachAsync(KeyPurpose.Encryption, unwraps + 1);

        await ShredAsync(gateway, old);
        gate.SetResult();

        Assert.Equal(KeyFailure.Shredded, (await pending).Failure);
        Assert.DoesNotContain(old, gateway.Seeds.Kids);
    }

    [Fact]
    public async Task ShredAsync_ByAnotherGateway_IsNoRefusalOfTheKms()
    {
        using var gateway = await PrepareAsync();
        using var other = await PrepareAsync(gateway);
        (await gateway.GetSeedAsync("acme")).Lease!.Dispose();
        (await gateway.GetSeedAsync("acme")).Lease!.Dispose();
        var old = await other.RotateSeedAsync("acme");
        await ShredAsync(other, old);

        gateway.Time.Advance(TimeSpan.FromMinutes(55));
        await gateway.GetHosted<RefreshAhead<CachedSeed>>().RefreshDueAsync(Token);

        Assert.Equal((0, 0), (gateway.Seeds.Count, gateway.Log.Count(1022)));
    }

    // Its last look at the row was just before the shred: it is not kept for those who ask later.
    [Fact]
    public async Task ShredAsync_ByAnotherGatewayWhileTheSeedComesIntoTheCache_IsNotGivenOut()
    {
        using var gateway = await PrepareAsync();
        using var other = await PrepareAsync(gateway);
        var old = await gateway.RotateSeedAsync("acme");
        gateway.Seeds.Remove(old);
        gateway.AfterNext(nameof(IKeyStore.FindKeyAsync), () =>
        {
            gateway.AfterNext(nameof(IKeyStore.FindKeyAsync), async () =>
            {
                await ShredAsync(other, old);
                await gateway.Get<ActiveKeyRefresh>().RefreshAsync(Token);
            });
            return Task.CompletedTask;
        });

        Assert.Equal(KeyFailure.Shredded, (await gateway.GetSeedOfAsync(old)).Failure);
        Assert.DoesNotContain(old, gateway.Seeds.Kids);
    }

    [Fact]
    public async Task ShredAsync_LeaseOfBeforeTheLastRefresh_IsWaitedForToo()
    {
        using var gateway = await PrepareAsync();
        var old = await gateway.RotateSeedAsync("acme");
        (await gateway.GetSeedOfAsync(old)).Lease!.Dispose();
        var lease = (await gateway.GetSeedOfAsync(old)).Lease!;
        gateway.Time.Advance(TimeSpan.FromMinutes(55));
        await gateway.ActiveKeys.RefreshAsync(Token);
        await gateway.GetHosted<RefreshAhead<CachedSeed>>().RefreshDueAsync(Token);
        var shredding = gateway.AfterNext(nameof(IKeyStore.ShredAsync), () => Task.CompletedTask);

        var shred = ShredAsync(gateway, old);
        await Poll.UntilAsync(() => !gateway.Seeds.Kids.Contains(old));
        Assert.False(shredding.HasBegun);
        lease.Dispose();

        Assert.Equal(old, (await shred).Kid);
    }

    [Fact]
    public async Task ShredAsync_SeedInUse_IsRefusedUntilNothingIsEncrypted()
    {
        using var gateway = await PrepareAsync();
        var kid = await gateway.SeedKidAsync("acme");

        var refused = await Assert.ThrowsAsync<KeyAdministrationException>(() => ShredAsync(gateway, kid));
        Assert.Contains("Rotate first", refused.Message, StringComparison.Ordinal);
        (await gateway.GetSeedOfAsync(kid)).Lease!.Dispose();

        gateway.EncryptFor(_ => false);
        await ShredAsync(gateway, kid);
        Assert.Equal(KeyFailure.NoKey, (await gateway.GetSeedAsync("acme")).Failure);

        // And encrypted again: with a new one.
        gateway.EncryptFor(_ => true);
        Assert.True(await gateway.GetHosted<KeyRotator>().ScanAsync(Token));
        await gateway.ActiveKeys.RefreshAsync(Token);
        Assert.NotEqual(kid, await gateway.SeedKidAsync("acme"));
    }

    [Fact]
    public async Task ShredAsync_WhatIsNoSeedOrGone_IsRefused()
    {
        using var gateway = await PrepareAsync();
        var old = await gateway.RotateSeedAsync("acme");
        await ShredAsync(gateway, old);

        var signing = await Assert.ThrowsAsync<KeyAdministrationException>(async () => await ShredAsync(gateway, await gateway.KidAsync("acme")));
        var twice = await Assert.ThrowsAsync<KeyAdministrationException>(() => ShredAsync(gateway, old));
        var unknown = await Assert.ThrowsAsync<KeyAdministrationException>(() => ShredAsync(gateway, "unknown"));

        Assert.Contains("revoke", signing.Message, StringComparison.Ordinal);
        Assert.Contains("already", twice.Message, StringComparison.Ordinal);
        Assert.Equal((false, false, true), (signing.IsMissing, twice.IsMissing, unknown.IsMissing));
        Assert.Single(await gateway.Get<AuditTrail>().ReadAsync(after: 0, limit: 10, Token));
    }

    [Fact]
    public async Task RevokeAsync_Seed_IsRefused()
    {
        using var gateway = await PrepareAsync();
        var kid = await gateway.SeedKidAsync("acme");

        await Assert.ThrowsAsync<KeyAdministrationException>(
            () => gateway.Get<KeyAdministration>().RevokeAsync(new RevocationRequest(kid, IsCompromise: true, null, "test", "test"), Token));

        (await gateway.GetSeedAsync("acme")).Lease!.Dispose();
    }

    [Theory]
    [InlineData("public")]
    [InlineData("")]
    public async Task RotateAsync_UnknownPurpose_SaysWhichThereAre(string purpose)
    {
        using var gateway = await PrepareAsync();

        var refused = await Assert.ThrowsAsync<KeyAdministrationException>(
            () => gateway.Get<KeyAdministration>().RotateAsync("acme", purpose, "test", "test", isDryRun: false, Token));

        Assert.Contains("'encryption'", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RotateAsync_SeedOfATenantThatEncryptsNothing_IsRefused()
    {
        using var gateway = await Gateway.PrepareAsync(_folder, ["acme"]);

        await Assert.ThrowsAsync<KeyAdministrationException>(
            () => gateway.Get<KeyAdministration>().RotateAsync("acme", "encryption", "test", "test", isDryRun: false, Token));

        Assert.Single(await gateway.Store.ReadKeysAsync("acme", Token));
    }

    [Fact]
    public async Task Export_StoreLost_SeedsAndAuditTrailAreBackAndTheShreddedIsNot()
    {
        var export = _folder.File("export.json");
        string kid;
        string old;
        using (var gateway = await PrepareAsync())
        {
            old = await gateway.RotateSeedAsync("acme");
            kid = await gateway.SeedKidAsync("acme");
            await ShredAsync(gateway, old);
            await File.WriteAllBytesAsync(export, await gateway.Get<KeyAdministration>().ExportAsync(Token), Token);
        }

        foreach (var file in Directory.GetFiles(_folder.Path, "kmsgateway.db*"))
        {
            File.Delete(file);
        }

        using var restored = await Gateway.PrepareAsync(
            _folder, ["acme"], settings: new() { ["KeyStore:RestoreFrom"] = export }, encrypts: _ => true);
        Assert.Equal(kid, await restored.SeedKidAsync("acme"));
        Assert.Equal(KeyFailure.Shredded, (await restored.GetSeedOfAsync(old)).Failure);
        Assert.Equal(2, await restored.Get<AuditTrail>().AppendAsync(new AuditEntry("decrypt", "a", "b", [], [], 1), Token));
        Assert.Equal(2, (await restored.Get<AuditTrail>().ReadAsync(after: 0, limit: 10, Token)).Count);
    }

    [Fact]
    public async Task Import_ExportOfBeforeTheShred_DoesNotBringTheSeedBack()
    {
        using var gateway = await PrepareAsync();
        var old = await gateway.RotateSeedAsync("acme");
        var kid = await gateway.SeedKidAsync("acme");
        var export = await gateway.Get<KeyAdministration>().ExportAsync(Token);
        await ShredAsync(gateway, old);

        await gateway.Get<KeyAdministration>().ImportAsync(export, Token);

        Assert.Equal(KeyFailure.Shredded, (await gateway.GetSeedOfAsync(old)).Failure);
        Assert.Equal(0, gateway.Query<int>($"SELECT count(*) FROM key_wrap JOIN tenant_key ON key_id = id WHERE kid = '{old}'"));
        Assert.Equal(kid, await gateway.SeedKidAsync("acme"));
        Assert.Single(await gateway.Get<AuditTrail>().ReadAsync(after: 0, limit: 10, Token));
    }

    private static Task<ShredResult> ShredAsync(Gateway gateway, string kid) =>
        gateway.Get<KeyAdministration>().ShredAsync(kid, "operator", "a person's wish", Token);

    private Task<Gateway> PrepareAsync(Gateway? beside = null) => Gateway.PrepareAsync(
        _folder, ["acme"], beside?.Time, encrypts: _ => true);
}
