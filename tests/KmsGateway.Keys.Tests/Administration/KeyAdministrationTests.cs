using System.Text;
using KmsGateway.Cryptography;
using KmsGateway.Keys.Administration;
using KmsGateway.Keys.Providers;
using KmsGateway.Keys.Retrieval;
using KmsGateway.Keys.Rotation;
using KmsGateway.Keys.Stores;
using KmsGateway.Keys.Tests.Support;
using KmsGateway.Testing;

namespace KmsGateway.Keys.Tests.Administration;

public sealed class KeyAdministrationTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task RevokeAsync_ActiveKey_IsGoneAtOnceAndReplaced(bool compromise)
    {
        using var gateway = await Gateway.PrepareAsync(_folder, ["acme", "globex"]);
        var kid = await gateway.KidAsync("acme");
        var globex = await gateway.KidAsync("globex");

        var revocation = await RevokeAsync(gateway, kid, compromise);

        Assert.Equal(("acme", 5, TimeSpan.Zero), (revocation.Tenant, revocation.N, revocation.TimeToRevoke));
        Assert.Equal(KeyFailure.NoKey, (await gateway.GetAsync("acme")).Failure);
        Assert.Equal(globex, await gateway.KidAsync("globex"));
        Assert.True(TrustFile.Parse(gateway.Trust.TrustFileJson).Chain.TryFind(kid, out var revoked));
        Assert.Equal((KeyStatus.Revoked, compromise ? "compromise" : "superseded"), (revoked.Status, revoked.Reason));
        Assert.Equal(compromise, revoked.IsRevokedFor(revoked.RevokedAt!.Value - 1));
        Assert.True(revoked.IsRevokedFor(revoked.RevokedAt.Value));
        await gateway.GetHosted<KeyRotator>().ScanAsync(Token);
        await gateway.ActiveKeys.RefreshAsync(Token);
        Assert.NotEqual(kid, await gateway.KidAsync("acme"));
        Assert.Empty(await gateway.Store.ReadWrapsAsync((await gateway.Store.ReadKeysAsync("acme", Token))[0].Id, Token));
    }

    [Fact]
    public async Task RevokeAsync_SuccessorIsPublished_TakesOverInTheSameMoment()
    {
        using var gateway = await Gateway.PrepareAsync(_folder, ["acme"]);
        var kid = await gateway.KidAsync("acme");
        var active = Assert.Single(await gateway.Store.ReadKeysAsync("acme", Token));
        gateway.Time.Advance(gateway.Get<RotationSchedule>().SuccessorOf(active) - TimeSpan.FromHours(23) - gateway.Time.GetUtcNow());
        await gateway.GetHosted<KeyRotator>().ScanAsync(Token);

        await RevokeAsync(gateway, kid, compromise: false);

        Assert.NotEqual(kid, await gateway.KidAsync("acme"));
    }

    // What is measured: the time until the last lease on the key, on whichever gateway, has ended.
    [Fact]
    public async Task RevokeAsync_LeaseOnAnotherGateway_IsWaitedForAndTheTimeTold()
    {
        using var here = await Gateway.PrepareAsync(_folder, ["acme"]);
        using var there = await Gateway.PrepareAsync(_folder, ["acme"]);
        var lease = (await there.GetAsync("acme")).Lease!;
        var refresh = there.Get<ActiveKeyRefresh>();
        await refresh.RefreshAsync(Token);
        await refresh.DropWithdrawnAsync(Token);

        var revoking = RevokeAsync(here, lease.Key.Kid, compromise: true);
        await Poll.UntilAsync(async () => (await there.Store.ReadChainAsync(2, Token)).Count > 0);

        await refresh.RefreshAsync(Token);
        var dropping = refresh.DropWithdrawnAsync(Token);

        // Each on its own clock, which passes at once only while that gateway looks again and again.
        await there.PassTimeAsync(Task.Delay(TimeSpan.FromSeconds(2), there.Time, Token));
        Assert.False(dropping.IsCompleted);
        await here.PassTimeAsync(Task.Delay(TimeSpan.FromSeconds(2), here.Time, Token));
        Assert.False(revoking.IsCompleted);

        // Nobody gets a new one meanwhile, and who has one may finish.
        Assert.NotEqual(KeyFailure.None, (await there.GetAsync("acme")).Failure);
        Assert.True(lease.TrustedKey.Key.Verify("data"u8, lease.Key.Sign("data"u8)));

        lease.Dispose();
        await dropping;
        var revocation = await here.PassTimeAsync(revoking);
        Assert.InRange(revocation.TimeToRevoke!.Value, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(30));
        Assert.Empty(revocation.Waiting);
    }

    [Fact]
    public async Task RevokeAsync_GatewayThatSaysNothing_IsWaitedForUntilItCannotSign()
    {
        using var gateway = await Gateway.PrepareAsync(_folder, ["acme"]);
        var kid = await gateway.KidAsync("acme");
        await gateway.Store.SaveReplicaAsync(new StoredReplica("gone", 2, gateway.Time.GetUtcNow()), Token);

        var revocation = await gateway.PassTimeAsync(RevokeAsync(gateway, kid, compromise: false));

        // It may sign for 60 s after it was last heard of; then it cannot, and is waited for no longer.
        Assert.NotNull(revocation.TimeToRevoke);
        Assert.InRange(revocation.TimeToRevoke.Value.TotalSeconds, 60, 120);
    }

    // It is pending when it is looked at, and signs when it is given up.
    [Fact]
    public async Task RevokeAsync_PendingKeyComesIntoUseMeanwhile_IsRevoked()
    {
        using var gateway = await Gateway.PrepareAsync(_folder, ["acme"]);
        gateway.Kms.Failure = new KmsException(KmsFailure.Denied, "not yet");
        Assert.False(await gateway.Get<KeyRotation>().RunNowAsync("acme", KeyPurpose.Signing, "test", Token));
        gateway.Kms.Failure = null;
        var kid = (await gateway.Store.ReadKeysAsync("acme", Token)).Single(key => key.Stage == KeyStage.Pending).Kid;
        gateway.AfterNext(nameof(IKeyStore.ReadKeysAsync), () => gateway.GetHosted<KeyRotator>().ScanAsync(Token));

        await RevokeAsync(gateway, kid, compromise: true);

        Assert.Equal(KeyStage.Revoked, (await gateway.Store.FindKeyAsync(kid, Token))!.Stage);
        Assert.Equal(KeyFailure.NoKey, (await gateway.GetAsync("acme")).Failure);
    }

    // Its private part is destroyed before this gateway has heard of it. The KMS has refused nothing: the sender may try again.
    [Fact]
    public async Task RevokeAsync_ByAnotherGatewayThatDestroysTheKey_IsNotDenied()
    {
        using var here = await Gateway.PrepareAsync(_folder, ["acme"]);
        using var there = await Gateway.PrepareAsync(_folder, ["acme"]);
        await RevokeAsync(there, await there.KidAsync("acme"), compromise: false);
        await there.GetHosted<KeyRotator>().ScanAsync(Token);

        Assert.Equal(KeyFailure.Unavailable, (await here.GetAsync("acme")).Failure);
        await here.ActiveKeys.RefreshAsync(Token);
        Assert.Equal(KeyFailure.None, (await here.GetAsync("acme")).Failure);
    }

    [Fact]
    public async Task RevokeAsync_CallerGivesUpWhenItIsDone_IsInEffectAndTold()
    {
        using var gateway = await Gateway.PrepareAsync(_folder, ["acme"]);
        var kid = await gateway.KidAsync("acme");
        using var caller = new CancellationTokenSource();
        gateway.AfterNext(nameof(IKeyStore.ApplyAsync), caller.CancelAsync);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => gateway.Get<KeyAdministration>().RevokeAsync(new RevocationRequest(kid, IsCompromise: true, null, "test", "because"), caller.Token));

        Assert.Equal(KeyFailure.NoKey, (await gateway.GetAsync("acme")).Failure);
        Assert.Equal(1, gateway.Log.Count(1016));
    }

    [Fact]
    public async Task RevokeAsync_AgainOrUnknown_IsRefused()
    {
        using var gateway = await Gateway.PrepareAsync(_folder, ["acme"]);
        var kid = await gateway.KidAsync("acme");
        await RevokeAsync(gateway, kid, compromise: false);

        Assert.False((await Assert.ThrowsAsync<KeyAdministrationException>(() => RevokeAsync(gateway, kid, compromise: true))).IsMissing);
        Assert.True((await Assert.ThrowsAsync<KeyAdministrationException>(() => RevokeAsync(gateway, "none", compromise: true))).IsMissing);
    }

    [Fact]
    public async Task Tenants_Added_HaveAKeyOnEveryGatewayAndNoneWhenRemoved()
    {
        using var here = await Gateway.PrepareAsync(_folder, ["acme"]);
        using var there = await Gateway.PrepareAsync(_folder, ["acme"]);
        await here.Get<KeyAdministration>().AddTenantAsync("globex", Token);
        Assert.True(here.Keys.IsKnown("globex"));
        Assert.False(there.Keys.IsKnown("globex"));

        await here.GetHosted<KeyRotator>().ScanAsync(Token);
        await there.ActiveKeys.RefreshAsync(Token);
        Assert.Equal(KeyFailure.None, (await there.GetAsync("globex")).Failure);

        await there.Get<KeyAdministration>().RemoveTenantAsync("globex", Token);
        Assert.Equal(KeyFailure.UnknownTenant, (await there.GetAsync("globex")).Failure);
        await here.ActiveKeys.RefreshAsync(Token);
        Assert.Equal(KeyFailure.UnknownTenant, (await here.GetAsync("globex")).Failure);
        Assert.NotNull(here.Trust.KeySetJson("globex"));
        await Assert.ThrowsAsync<KeyAdministrationException>(() => here.Get<KeyAdministration>().RemoveTenantAsync("acme", Token));
        await Assert.ThrowsAsync<KeyAdministrationException>(() => here.Get<KeyAdministration>().AddTenantAsync("not a name", Token));
    }

    // Rows are of the store's time, the chain in memory of that of the last refresh: what is only new must not look forged.
    [Fact]
    public async Task GetKeysAsync_AnotherGatewayRotates_AllAreTrusted()
    {
        using var here = await Gateway.PrepareAsync(_folder, ["acme"]);
        using var there = await Gateway.PrepareAsync(_folder, ["acme"]);
        await there.Get<KeyRotation>().RunNowAsync("acme", KeyPurpose.Signing, "test", Token);

        var before = await here.Get<KeyAdministration>().GetKeysAsync("acme", Token);
        here.AfterNext(nameof(IKeyStore.ReadKeysAsync), () => there.Get<KeyRotation>().RunNowAsync("acme", KeyPurpose.Signing, "test", Token));
        var after = await here.Get<KeyAdministration>().GetKeysAsync("acme", Token);

        Assert.Equal(["retired", "active"], before.Select(key => key.Stage));
        Assert.Equal(["retired", "retired", "active"], after.Select(key => key.Stage));
        Assert.All([.. before, .. after], key => Assert.True(key.Trusted));
    }

    [Fact]
    public async Task GetKeysAsync_ForgedRow_IsShownAsNotTrusted()
    {
        using var gateway = await Gateway.PrepareAsync(_folder, ["acme"]);
        gateway.Tamper("UPDATE tenant_key SET kid = 'forged'");

        Assert.False(Assert.Single(await gateway.Get<KeyAdministration>().GetKeysAsync("acme", Token)).Trusted);
        Assert.Equal(
            [("published", "gateway"), ("active", "gateway")],
            (await gateway.Get<KeyAdministration>().GetEventsAsync(0, Token)).Select(entry => (entry.Status, entry.Actor)));
    }

    [Fact]
    public async Task Export_StoreLost_ANewOneStartsFromItWithTheSameKeys()
    {
        var export = _folder.File("export.json");
        string kid;
        using (var gateway = await Gateway.PrepareAsync(_folder, ["acme"]))
        {
            kid = await gateway.KidAsync("acme");
            await File.WriteAllBytesAsync(export, await gateway.Get<KeyAdministration>().ExportAsync(Token), Token);
        }

        foreach (var file in Directory.GetFiles(_folder.Path, "kmsgateway.db*"))
        {
            File.Delete(file);
        }

        using var restored = await Gateway.PrepareAsync(_folder, ["acme", "globex"], settings: new() { ["KeyStore:RestoreFrom"] = export });
        Assert.Equal(kid, await restored.KidAsync("acme"));
        Assert.NotEqual(kid, await restored.KidAsync("globex"));
        Assert.Equal(4, TrustFile.Parse(restored.Trust.TrustFileJson).Chain.Entries.Count);
        Assert.Equal(1, restored.Log.Count(1018));
    }

    [Fact]
    public async Task Import_StoreOfAnOlderBackup_CatchesUp()
    {
        using var gateway = await Gateway.PrepareAsync(_folder, ["acme"]);
        var old = await gateway.Get<KeyAdministration>().ExportAsync(Token);
        await gateway.Get<KeyRotation>().RunNowAsync("acme", KeyPurpose.Signing, "test", Token);
        await gateway.ActiveKeys.RefreshAsync(Token);
        var kid = await gateway.KidAsync("acme");
        var export = await gateway.Get<KeyAdministration>().ExportAsync(Token);
        using var folder = new TempFolder();
        Directory.CreateDirectory(folder.File("kms"));
        File.Copy(_folder.File("kms", "master.key"), folder.File("kms", "master.key"));
        await File.WriteAllBytesAsync(folder.File("old.json"), old, Token);
        using var restored = await Gateway.PrepareAsync(folder, ["acme"], settings: new() { ["KeyStore:RestoreFrom"] = folder.File("old.json") });
        Assert.NotEqual(kid, await restored.KidAsync("acme"));

        Assert.Equal(2, await restored.Get<KeyAdministration>().ImportAsync(export, Token));

        Assert.Equal(kid, await restored.KidAsync("acme"));
        await Assert.ThrowsAsync<KeyAdministrationException>(() => restored.Get<KeyAdministration>().ImportAsync(old, Token));
    }

    [Fact]
    public async Task Import_EveryHundredthByteChanged_IsRefused()
    {
        using var gateway = await Gateway.PrepareAsync(_folder, ["acme"]);
        var export = await gateway.Get<KeyAdministration>().ExportAsync(Token);

        for (var i = 0; i < export.Length; i += 100)
        {
            var changed = export.ToArray();
            changed[i] = changed[i] == (byte)'A' ? (byte)'B' : (byte)'A';
            await Assert.ThrowsAsync<KeyAdministrationException>(() => gateway.Get<KeyAdministration>().ImportAsync(changed, Token));
        }

        Assert.Equal(-1, export.AsSpan().IndexOf(Encoding.UTF8.GetBytes("master")));
    }

    [Fact]
    public async Task Anything_GatewayThatMakesNoKeys_SaysWhoToAsk()
    {
        using var maker = await Gateway.PrepareAsync(_folder, ["acme"]);
        using var user = await Gateway.PrepareAsync(_folder, ["acme"], settings: new() { ["Rotation:Enabled"] = "false" });
        var keys = user.Get<KeyAdministration>();

        await Assert.ThrowsAsync<KeyAdministrationException>(() => keys.RotateAsync("acme", KeyPurpose.Signing, "test", "test", isDryRun: false, Token));
        await Assert.ThrowsAsync<KeyAdministrationException>(() => RevokeAsync(user, "kid", compromise: false));
        await Assert.ThrowsAsync<KeyAdministrationException>(() => keys.ExportAsync(Token));
        Assert.NotEmpty(await keys.GetKeysAsync(tenant: null, Token));
    }

    [Fact]
    public async Task RotateAsync_KmsOut_SaysSoAndKeepsTheKey()
    {
        using var gateway = await Gateway.PrepareAsync(_folder, ["acme"]);
        var kid = await gateway.KidAsync("acme");
        gateway.Kms.FailAfter = 0;

        var refused = await Assert.ThrowsAsync<KeyAdministrationException>(
            () => gateway.Get<KeyAdministration>().RotateAsync("acme", KeyPurpose.Signing, "test", "test", isDryRun: false, Token));

        Assert.Contains("The KMS (misconfigured)", refused.Message, StringComparison.Ordinal);
        Assert.Equal(kid, await gateway.KidAsync("acme"));
    }

    private static Task<Revocation> RevokeAsync(Gateway gateway, string kid, bool compromise) =>
        gateway.Get<KeyAdministration>().RevokeAsync(new RevocationRequest(kid, compromise, null, "test", "because"), Token);
}
