using KmsGateway.Cryptography;
using KmsGateway.Keys.Providers;
using KmsGateway.Keys.Rotation;
using KmsGateway.Keys.Stores;
using KmsGateway.Keys.Tests.Support;

namespace KmsGateway.Keys.Tests.Seeds;

public sealed class SeedRotationTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Prepare_NothingIsEncrypted_NobodyHasASeed()
    {
        using var gateway = await Gateway.PrepareAsync(_folder, ["acme"]);
        await gateway.GetHosted<KeyRotator>().ScanAsync(Token);

        Assert.Equal(KeyPurpose.Signing, Assert.Single(await gateway.Store.ReadKeysAsync(tenant: null, Token)).Purpose);
        Assert.Equal(0, gateway.Kms.Unwraps(KeyPurpose.Encryption));
        Assert.Equal(KeyFailure.NoKey, (await gateway.GetSeedAsync("acme")).Failure);
    }

    [Fact]
    public async Task Prepare_SomeTenantsEncrypt_HaveSeedsAccordingly()
    {
        using var gateway = await Gateway.PrepareAsync(_folder, ["acme", "globex", "initech"], encrypts: tenant => tenant != "globex");

        Assert.Equal(["acme", "initech"], gateway.ActiveKeys.CurrentSeeds.Select(seed => seed.Tenant).Order());
    }

    [Fact]
    public async Task Prepare_Seed_IsTestedActiveAndNotInTheChain()
    {
        using var gateway = await PrepareAsync();

        var seed = Assert.Single(await SeedsAsync(gateway));

        Assert.Equal(
            (KeyStage.Active, "A256GCM", true, gateway.Time.GetUtcNow(), gateway.Time.GetUtcNow()),
            (seed.Stage, seed.Algorithm, seed.MadeLocally, seed.TestedAt, seed.ActivatedAt));
        Assert.Empty(seed.PublicKey);
        Assert.Equal(2, TrustFile.Parse(gateway.Trust.TrustFileJson).Chain.Entries.Count);
        Assert.Equal(1, gateway.Kms.Unwraps(KeyPurpose.Encryption));
    }

    [Fact]
    public async Task ScanAsync_TwoHundredDays_ReplacesTheSeedInTimeAndDestroysNone()
    {
        using var gateway = await PrepareAsync();
        var seen = new List<string>();
        for (var day = 0; day <= 200; day++)
        {
            await gateway.GetHosted<KeyRotator>().ScanAsync(Token);
            var seeds = await SeedsAsync(gateway);
            Assert.False(gateway.Get<RotationSchedule>().IsOverdue(seeds[^1].ActivatedAt!.Value, gateway.Time.GetUtcNow()));
            var stages = string.Join(' ', seeds.Select(seed => $"{seed.Stage}{(seed.DestroyedAt is null ? "" : "-")}"));
            if (seen.LastOrDefault() != stages)
            {
                seen.Add(stages);
            }

            gateway.Time.Advance(TimeSpan.FromDays(1));
        }

        Assert.Equal(["Active", "Retired Active", "Retired Retired Active"], seen);
    }

    [Fact]
    public async Task RunNowAsync_Seed_OldOneDecryptsAndTheSigningKeyStays()
    {
        using var gateway = await PrepareAsync();
        var signing = await gateway.KidAsync("acme");

        var old = await gateway.RotateSeedAsync("acme");

        Assert.NotEqual(old, await gateway.SeedKidAsync("acme"));
        using var lease = (await gateway.GetSeedOfAsync(old)).Lease!;
        Assert.Equal(old, lease.Kid);
        Assert.Equal(signing, await gateway.KidAsync("acme"));
    }

    [Fact]
    public async Task RunAsync_TwoGatewaysAtOnce_MakeOneSeed()
    {
        using var first = await Gateway.PrepareAsync(_folder, ["acme"]);
        using var second = await Gateway.PrepareAsync(_folder, ["acme"]);
        first.EncryptFor(_ => true);
        second.EncryptFor(_ => true);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(
            () => (i % 2 == 0 ? first : second).GetHosted<KeyRotator>().ScanAsync(Token), Token)));
        await first.GetHosted<KeyRotator>().ScanAsync(Token);

        Assert.Single(await SeedsAsync(first), seed => seed.Stage == KeyStage.Active);
    }

    [Fact]
    public async Task Rotator_EncryptionIsSwitchedOn_MakesSeedsAtOnce()
    {
        using var gateway = new Gateway(_folder, Gateway.NewTime(), ["acme"]);
        await gateway.StartAsync();
        await gateway.KidAsync("acme");

        gateway.EncryptFor(_ => true);

        // No time passes: it is the change that wakes the rotator.
        await gateway.Kms.UnwrapsReachAsync(KeyPurpose.Encryption, 1);
        await gateway.StopAsync();
    }

    [Fact]
    public async Task ScanAsync_MakerMayNotUnwrap_AnotherGatewayTestsTheSeed()
    {
        using var maker = await Gateway.PrepareAsync(_folder, ["acme"]);
        using var user = await Gateway.PrepareAsync(_folder, ["acme"], settings: new() { ["Rotation:Enabled"] = "false" });
        maker.EncryptFor(_ => true);
        maker.Kms.Failure = new KmsException(KmsFailure.Denied, "this role only makes keys");

        Assert.False(await maker.GetHosted<KeyRotator>().ScanAsync(Token));
        Assert.True(await user.GetHosted<KeyRotator>().ScanAsync(Token));
        Assert.True(await maker.GetHosted<KeyRotator>().ScanAsync(Token));

        await user.ActiveKeys.RefreshAsync(Token);
        (await user.GetSeedAsync("acme")).Lease!.Dispose();
    }

    [Fact]
    public async Task ScanAsync_SeedDoesNotUnwrap_IsGivenUpAndTheSigningKeyIsNot()
    {
        using var gateway = await Gateway.PrepareAsync(_folder, ["acme"]);
        gateway.EncryptFor(_ => true);
        gateway.Kms.Failure = new KmsException(KmsFailure.InvalidCiphertext, "no");

        Assert.False(await gateway.GetHosted<KeyRotator>().ScanAsync(Token));

        var seed = Assert.Single(await SeedsAsync(gateway));
        Assert.Equal(KeyStage.Failed, seed.Stage);
        Assert.Empty(await gateway.Store.ReadWrapsAsync(seed.Id, Token));
        await gateway.ActiveKeys.RefreshAsync(Token);
        Assert.Equal(KeyFailure.NoKey, (await gateway.GetSeedAsync("acme")).Failure);
        Assert.Equal(KeyFailure.NoKey, (await gateway.GetSeedOfAsync(seed.Kid)).Failure);
    }

    private static async Task<List<KeyVersion>> SeedsAsync(Gateway gateway) =>
        [.. (await gateway.Store.ReadKeysAsync("acme", Token)).Where(key => key.Purpose == KeyPurpose.Encryption)];

    private Task<Gateway> PrepareAsync() => Gateway.PrepareAsync(_folder, ["acme"], encrypts: _ => true);
}
