using KmsGateway.Cryptography;
using KmsGateway.Keys.Providers;
using KmsGateway.Keys.Rotation;
using KmsGateway.Keys.Stores;
using KmsGateway.Keys.Tests.Support;
using KmsGateway.Keys.Trust;

namespace KmsGateway.Keys.Tests.Rotation;

public sealed class KeyRotationTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task ScanAsync_NinetyDays_ReplacesTheKeyAheadOfTimeAndDestroysTheOld()
    {
        using var gateway = await Gateway.PrepareAsync(_folder, ["acme"]);
        var first = await gateway.KidAsync("acme");
        var seen = new List<string>();
        for (var day = 0; day <= 97; day++)
        {
            await gateway.GetHosted<KeyRotator>().ScanAsync(Token);
            var stages = string.Join(' ', (await gateway.Store.ReadKeysAsync("acme", Token)).Select(key => $"{key.Stage}{(key.DestroyedAt is null ? "" : "-")}"));
            if (seen.LastOrDefault() != stages)
            {
                seen.Add(stages);
            }

            gateway.Time.Advance(TimeSpan.FromDays(1));
        }

        Assert.Equal(["Active", "Active Published", "Retired Active", "Retired- Active"], seen);
        await gateway.ActiveKeys.RefreshAsync(Token);
        await gateway.Trust.RenewAsync(Token);
        Assert.NotEqual(first, await gateway.KidAsync("acme"));
        var chain = TrustFile.Parse(gateway.Trust.TrustFileJson).Chain;
        Assert.Equal(5, chain.Entries.Count);
        Assert.True(chain.TryFind(first, out var old));
        Assert.Equal(KeyStatus.Retired, old.Status);
    }

    // A key that signs no more is valid for five minutes yet: for what is under way, on every gateway.
    [Fact]
    public async Task RunNowAsync_Key_IsRetiredWithAnOverlap()
    {
        using var gateway = await Gateway.PrepareAsync(_folder, ["acme"]);
        var first = await gateway.KidAsync("acme");

        Assert.True(await gateway.Get<KeyRotation>().RunNowAsync("acme", KeyPurpose.Signing, "test", Token));
        await gateway.ActiveKeys.RefreshAsync(Token);
        await gateway.Trust.RenewAsync(Token);

        var second = await gateway.KidAsync("acme");
        Assert.NotEqual(first, second);
        var now = UnixNanoseconds.From(gateway.Time.GetUtcNow());
        var chain = TrustFile.Parse(gateway.Trust.TrustFileJson).Chain;
        Assert.True(chain.TryFind(first, out var old));
        Assert.Equal(UnixNanoseconds.From(gateway.Time.GetUtcNow().AddMinutes(5)), old.Expires);
        Assert.True(old.IsValidAt(now));
        Assert.True(chain.TryFind(second, out var next));
        Assert.True(next.IsValidAt(now));
    }

    [Fact]
    public async Task RunNowAsync_KeyPublishedAhead_TakesThatOne()
    {
        using var gateway = await Gateway.PrepareAsync(_folder, ["acme"]);
        var active = Assert.Single(await gateway.Store.ReadKeysAsync("acme", Token));
        gateway.Time.Advance(gateway.Get<RotationSchedule>().SuccessorOf(active) - TimeSpan.FromHours(23) - gateway.Time.GetUtcNow());
        await gateway.GetHosted<KeyRotator>().ScanAsync(Token);
        var published = (await gateway.Store.ReadKeysAsync("acme", Token)).Single(key => key.Stage == KeyStage.Published);

        await gateway.Get<KeyRotation>().RunNowAsync("acme", KeyPurpose.Signing, "test", Token);

        var keys = await gateway.Store.ReadKeysAsync("acme", Token);
        Assert.Equal(2, keys.Count);
        Assert.Equal(published.Kid, keys.Single(key => key.Stage == KeyStage.Active).Kid);
    }

    // The claim does not keep a gateway from itself: its own schedule may come first.
    [Fact]
    public async Task RunNowAsync_KeyForLaterIsMadeMeanwhile_TakesThatOneNow()
    {
        using var gateway = await Gateway.PrepareAsync(_folder, ["acme"]);
        var before = await gateway.KidAsync("acme");
        var later = new RotationAction.Make(KeyPurpose.Signing, gateway.Time.GetUtcNow().AddDays(1), "scheduled", IsScheduled: true);
        gateway.AfterNext(
            nameof(IKeyStore.ReadKeysAsync),
            async () => await gateway.Store.AddPendingKeyAsync(await gateway.Get<KeyMaker>().MakeAsync("acme", later, Token), Token));

        Assert.True(await gateway.Get<KeyRotation>().RunNowAsync("acme", KeyPurpose.Signing, "test", Token));

        await gateway.ActiveKeys.RefreshAsync(Token);
        Assert.NotEqual(before, await gateway.KidAsync("acme"));
        Assert.Equal(2, (await gateway.Store.ReadKeysAsync("acme", Token)).Count);
    }

    // Another gateway was first at the end of the chain, and its entries are taken in by whoever else reads here.
    [Fact]
    public async Task RunNowAsync_ChainMovesAndIsReadByOthersMeanwhile_GoesOnAtItsNewEnd()
    {
        using var here = await Gateway.PrepareAsync(_folder, ["acme", "globex"]);
        using var there = await Gateway.PrepareAsync(_folder, ["acme", "globex"]);
        Assert.True(await there.Get<KeyRotation>().RunNowAsync("globex", KeyPurpose.Signing, "test", Token));
        var read = here.AfterNext(nameof(IKeyStore.ApplyAsync), () => here.ActiveKeys.RefreshAsync(Token));

        Assert.True(await here.Get<KeyRotation>().RunNowAsync("acme", KeyPurpose.Signing, "test", Token));

        Assert.True(read.HasBegun);
        Assert.Equal(10, here.Get<TrustLog>().End.Count);
    }

    // Wherever one gateway stops, another goes on, and there is one key at the end.
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task RunAsync_StoppedAtAnyCallOfTheKms_AnotherGatewayGoesOn(int callsBefore)
    {
        using var first = await Gateway.PrepareAsync(_folder, ["acme"]);
        using var second = await Gateway.PrepareAsync(_folder, ["acme"]);
        var before = await first.KidAsync("acme");
        first.Kms.FailAfter = callsBefore;

        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            if (!await first.Get<KeyRotation>().RunNowAsync("acme", KeyPurpose.Signing, "test", Token))
            {
                throw new InvalidOperationException("not done");
            }
        });
        Assert.Equal(before, await second.KidAsync("acme"));
        Assert.True(await second.Get<KeyRotation>().RunNowAsync("acme", KeyPurpose.Signing, "again", Token));

        await second.ActiveKeys.RefreshAsync(Token);
        await second.Trust.RenewAsync(Token);
        var after = await second.KidAsync("acme");
        Assert.NotEqual(before, after);
        var keys = await second.Store.ReadKeysAsync("acme", Token);
        Assert.Equal(after, Assert.Single(keys, key => key.Stage == KeyStage.Active).Kid);
        Assert.DoesNotContain(keys, key => key.Stage is KeyStage.Pending or KeyStage.Published);
        Assert.Equal(5, TrustFile.Parse(second.Trust.TrustFileJson).Chain.Entries.Count);
    }

    // The claim is what keeps them apart; without it, the store does.
    [Fact]
    public async Task RunNowAsync_TwoGatewaysWithoutClaims_OneKeyWins()
    {
        using var first = await Gateway.PrepareAsync(_folder, ["acme"]);
        using var second = await Gateway.PrepareAsync(_folder, ["acme"]);
        first.Tamper("CREATE TRIGGER no_claims AFTER UPDATE OF claimed_by ON tenant WHEN new.claimed_by IS NOT NULL BEGIN UPDATE tenant SET claimed_by = NULL; END");

        var runs = Enumerable.Range(0, 10).Select(i => Task.Run(
            () => (i % 2 == 0 ? first : second).Get<KeyRotation>().RunNowAsync("acme", KeyPurpose.Signing, $"run {i}", Token), Token));
        await Task.WhenAll(runs);

        await first.ActiveKeys.RefreshAsync(Token);
        await second.ActiveKeys.RefreshAsync(Token);
        Assert.Equal(await first.KidAsync("acme"), await second.KidAsync("acme"));
        Assert.Single(await first.Store.ReadKeysAsync("acme", Token), key => key.Stage == KeyStage.Active);
        await first.Trust.RenewAsync(Token);
        var chain = TrustFile.Parse(first.Trust.TrustFileJson).Chain;
        Assert.Single(chain.Keys, key => key.Status == KeyStatus.Active);
    }

    [Fact]
    public async Task RunAsync_AnotherGatewayIsAtIt_LeavesItAloneUntilItsClaimIsOver()
    {
        using var gateway = await Gateway.PrepareAsync(_folder, ["acme"]);
        await gateway.Store.TryClaimAsync("acme", "dead", gateway.Time.GetUtcNow(), gateway.Time.GetUtcNow().AddSeconds(60), Token);

        Assert.False(await gateway.Get<KeyRotation>().RunNowAsync("acme", KeyPurpose.Signing, "test", Token));
        Assert.Single(await gateway.Store.ReadKeysAsync("acme", Token));

        gateway.Time.Advance(TimeSpan.FromSeconds(61));
        Assert.True(await gateway.Get<KeyRotation>().RunNowAsync("acme", KeyPurpose.Signing, "test", Token));
    }

    // Who makes keys may not be allowed to unwrap them: then those that sign test them.
    [Fact]
    public async Task ScanAsync_MakerMayNotUnwrap_AnotherGatewayTests()
    {
        using var maker = await Gateway.PrepareAsync(_folder, ["acme"]);
        using var user = await Gateway.PrepareAsync(_folder, ["acme"], settings: new() { ["Rotation:Enabled"] = "false" });
        var before = await user.KidAsync("acme");
        maker.Kms.Failure = new KmsException(KmsFailure.Denied, "this role only makes keys");

        Assert.False(await maker.Get<KeyRotation>().RunNowAsync("acme", KeyPurpose.Signing, "test", Token));
        Assert.True(await user.GetHosted<KeyRotator>().ScanAsync(Token));
        Assert.True(await maker.GetHosted<KeyRotator>().ScanAsync(Token));

        await user.ActiveKeys.RefreshAsync(Token);
        Assert.NotEqual(before, await user.KidAsync("acme"));
    }

    [Fact]
    public async Task StartingAsync_EmptyStoreAndNoRightToMakeKeys_SaysWhatToDo()
    {
        var exception = await Assert.ThrowsAsync<KeyStartException>(
            () => Gateway.PrepareAsync(_folder, ["acme"], settings: new() { ["Rotation:Enabled"] = "false" }));

        Assert.Contains("Rotation:Enabled", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ScanAsync_OneTenantCannotBeRotated_TheOthersAre()
    {
        using var gateway = await Gateway.PrepareAsync(_folder, ["acme", "globex"]);
        gateway.Tamper("UPDATE tenant_key SET public_key = x'00' WHERE tenant_id = 'acme'");
        var globex = await gateway.KidAsync("globex");
        gateway.Time.Advance(TimeSpan.FromDays(90));
        await gateway.GetHosted<KeyRotator>().ScanAsync(Token);

        await gateway.ActiveKeys.RefreshAsync(Token);
        Assert.NotEqual(globex, await gateway.KidAsync("globex"));
        Assert.InRange(gateway.Log.Count(1014), 1, int.MaxValue);
    }
}
