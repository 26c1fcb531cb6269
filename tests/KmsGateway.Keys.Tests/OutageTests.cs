using KmsGateway.Keys.Probing;
using KmsGateway.Keys.Providers;
using KmsGateway.Keys.Tests.Support;

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
        await StepsAsync(gateway, TimeSpan.FromSeconds(1), () => gateway.Probe.Current.State == ProbeState.Up);

        gateway.Kms.Failure = new KmsException(KmsFailure.Unavailable, "out");
        for (var i = 0; i < 60; i++)
        {
            await StepAsync(gateway, TimeSpan.FromSeconds(10));
            await gateway.ActiveKeys.RefreshAsync(Token);
            Assert.Equal(KeyFailure.None, (await gateway.GetAsync("acme")).Failure);
            Assert.Equal(KeyFailure.Unavailable, (await gateway.PassTimeAsync(gateway.GetAsync("globex"))).Failure);
        }

        Assert.Equal(ProbeState.Down, gateway.Probe.Current.State);
        gateway.Kms.Failure = null;
        await StepsAsync(gateway, TimeSpan.FromSeconds(1), () => gateway.Probe.Current.State == ProbeState.Up);
        await StepsAsync(gateway, TimeSpan.FromSeconds(1), () => gateway.GetAsync("globex").IsCompletedSuccessfully);
        Assert.Equal(KeyFailure.None, (await gateway.PassTimeAsync(gateway.GetAsync("globex"))).Failure);
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
            gateway.Time.Advance(TimeSpan.FromMinutes(1) - TimeSpan.FromSeconds(4));
            await gateway.ActiveKeys.RefreshAsync(Token);
            var result = await gateway.PassTimeAsync(gateway.GetAsync("acme"), TimeSpan.FromMilliseconds(100));
            result.Lease?.Dispose();
            signed = result.Failure == KeyFailure.None ? minute : signed;
        }

        Assert.InRange(signed, 55, 64);
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

    private static async Task StepsAsync(Gateway gateway, TimeSpan step, Func<bool> until)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!until())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromSeconds(60), gateway.Log.Text);
            await StepAsync(gateway, step);
            await gateway.ActiveKeys.RefreshAsync(Token);
        }
    }

    // What runs in the background gets a moment of the real time for each step of the fake one.
    private static async Task StepAsync(Gateway gateway, TimeSpan step)
    {
        gateway.Time.Advance(step);
        await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, Token);
    }
}
