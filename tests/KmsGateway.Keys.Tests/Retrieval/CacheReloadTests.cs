using KmsGateway.Keys.Providers;
using KmsGateway.Keys.Retrieval;
using KmsGateway.Keys.Tests.Support;

namespace KmsGateway.Keys.Tests.Retrieval;

public sealed class CacheReloadTests
{
    // In an outage: what is in memory signs on, and nothing had to be restarted.
    [Fact]
    public async Task Reload_LongerLifetime_CountsForKeysInMemory()
    {
        using var folder = new TempFolder();
        using var gateway = await StartAsync(folder);
        gateway.Kms.Failure = new KmsException(KmsFailure.Unavailable, "away");

        gateway.Reconfigure("Cache:SigningKeyLifetime", "04:00:00");
        gateway.Time.Advance(TimeSpan.FromHours(3));

        Assert.Equal(TimeSpan.FromHours(4), gateway.Cache.Lifetime);
        Assert.True(gateway.Cache.HasUsableKeys);
    }

    [Fact]
    public async Task Reload_LifetimeOfSeeds_IsTheirsAlone()
    {
        using var folder = new TempFolder();
        using var gateway = await StartAsync(folder);

        gateway.Reconfigure("Cache:EncryptionKeyLifetime", "00:05:00");

        Assert.Equal((TimeSpan.FromMinutes(5), TimeSpan.FromHours(1)), (gateway.Seeds.Lifetime, gateway.Cache.Lifetime));
    }

    [Theory]
    [InlineData("Cache:SigningKeyLifetime", "2.00:00:00")]
    [InlineData("Cache:SigningKeyLifetime", "soon")]
    [InlineData("Cache:EncryptionKeyLifetime", "00:00:10")]
    [InlineData("Tenancy:Tenants:0", "another")]
    public async Task Reload_WhatCannotBe_ChangesNothingAndIsTold(string key, string value)
    {
        using var folder = new TempFolder();
        using var gateway = await StartAsync(folder);

        gateway.Reconfigure(key, value);

        Assert.Equal(TimeSpan.FromHours(1), gateway.Cache.Lifetime);
        Assert.Equal(1, gateway.Log.Count(1034));
    }

    private static async Task<Gateway> StartAsync(TempFolder folder)
    {
        var gateway = await Gateway.PrepareAsync(folder, ["acme"]);
        await gateway.GetHosted<CacheReload>().StartAsync(TestContext.Current.CancellationToken);
        (await gateway.GetAsync("acme")).Lease!.Dispose();
        (await gateway.GetAsync("acme")).Lease!.Dispose();
        return gateway;
    }
}
