using KmsGateway.Keys.Probing;
using KmsGateway.Keys.Providers;
using KmsGateway.Keys.Tests.Support;
using KmsGateway.Testing;

namespace KmsGateway.Keys.Tests;

/// <summary>Ten minutes, and an hour, without a KMS, with everything that runs in the background running. Time is the fake one's.</summary>
public sealed class OutageTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task KmsOutForTenMinutes_CachedTenantsSignOthersWaitAndRecoveryNeedsNoRestart()
    {
        using var gateway = new Gateway(_folder, Gateway.NewTime(), ["acme", "globex"], settings: new() { ["Cache:WarmUp"] = "false" });
        await gateway.StartAsync();
        await gateway.KidAsync("acme");
        await StepsAsync(gateway, () => gateway.Probe.Current.State == ProbeState.Up);

        gateway.Kms.Failure = new KmsException(KmsFailure.Unavailable, "out");
        await StepsAsync(gateway, () => gateway.Probe.Current.State == ProbeState.Down);
        for (var i = 0; i < 60; i++)
        {
            gateway.Time.Advance(TimeSpan.FromSeconds(10));
            await gateway.ActiveKeys.RefreshAsync(Token);
            Assert.Equal(KeyFailure.None, (await gateway.GetAsync("acme")).Failure);
            Assert.Equal(KeyFailure.Unavailable, (await gateway.PassTimeAsync(gateway.GetAsync("globex"))).Failure);
        }

        Assert.Equal(ProbeState.Down, gateway.Probe.Current.State);
        gateway.Kms.Failure = null;
        await StepsAsync(gateway, () => gateway.Probe.Current.State == ProbeState.Up);
        await StepsAsync(gateway, async () => (await gateway.PassTimeAsync(gateway.GetAsync("globex"))).Failure == KeyFailure.None);
        await gateway.StopAsync();
    }

    [Fact]
    public async Task KmsOutForLongerThanTheLifetime_CachedKeysEndWithIt()
    {
        using var gateway = await Gateway.PrepareAsync(_folder, ["acme"]);
        await gateway.KidAsync("acme");
        gateway.Kms.Failure = new KmsException(KmsFailure.Unavailable, "out");
        var signed = 0;
        for (var minute = 0; minute < 70; minute++)
        {
            gateway.Time.Advance(TimeSpan.FromMinutes(1));
            await gateway.ActiveKeys.RefreshAsync(Token);
            var result = await gateway.PassTimeAsync(gateway.GetAsync("acme"));
            result.Lease?.Dispose();
            signed = result.Failure == KeyFailure.None ? minute : signed;
        }

        // The first look was a minute after it was unwrapped.
        Assert.Equal(58, signed);
        Assert.Equal(0, gateway.Cache.Count);
    }

    // Names are free: a hundred thousand of them cost nothing and push nobody out.
    [Fact]
    public async Task GetSigningKeyAsync_HundredThousandUnknownTenants_CostNoCallAndEvictNothing()
    {
        using var gateway = await Gateway.PrepareAsync(_folder, ["acme"], settings: new() { ["Cache:SigningKeys"] = "3" });
        await gateway.KidAsync("acme");
        var unwraps = gateway.Kms.Unwraps(KeyPurpose.Signing);

        for (var i = 0; i < 100_000; i++)
        {
            Assert.Equal(KeyFailure.UnknownTenant, (await gateway.GetAsync($"tenant-{i}")).Failure);
        }

        Assert.Equal(1, gateway.Cache.Count);
        await gateway.KidAsync("acme");
        Assert.Equal(unwraps, gateway.Kms.Unwraps(KeyPurpose.Signing));
    }

    // A clock that jumps ahead of a key's validity, or behind its beginning, makes no evidence; put right, it goes on.
    [Fact]
    public async Task Clock_JumpsBack_NothingIsSignedUntilItIsRight()
    {
        using var gateway = await Gateway.PrepareAsync(_folder, ["acme"]);
        await gateway.KidAsync("acme");

        gateway.Time.AdjustTime(gateway.Time.GetUtcNow() - TimeSpan.FromHours(1));
        Assert.Equal(KeyFailure.NotValidNow, (await gateway.GetAsync("acme")).Failure);

        gateway.Time.AdjustTime(gateway.Time.GetUtcNow() + TimeSpan.FromHours(1));
        Assert.Equal(KeyFailure.None, (await gateway.GetAsync("acme")).Failure);
    }

    private static Task StepsAsync(Gateway gateway, Func<bool> until) => StepsAsync(gateway, () => Task.FromResult(until()));

    // What runs in the background has a moment of the real time for each step of the fake one.
    private static Task StepsAsync(Gateway gateway, Func<Task<bool>> until) => Poll.UntilAsync(
        async () =>
        {
            gateway.Time.Advance(TimeSpan.FromSeconds(1));
            await gateway.ActiveKeys.RefreshAsync(Token);
            return await until();
        },
        () => gateway.Log.Text);
}
