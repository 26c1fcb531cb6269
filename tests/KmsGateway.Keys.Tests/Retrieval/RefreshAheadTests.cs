using KmsGateway.Keys.Providers;
using KmsGateway.Keys.Retrieval;
using KmsGateway.Keys.Tests.Support;

namespace KmsGateway.Keys.Tests.Retrieval;

public sealed class RefreshAheadTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task RefreshDueAsync_KeyInUse_IsUnwrappedAnewBetween42And54Minutes()
    {
        using var gateway = await PrepareAndUseAsync();
        var unwraps = gateway.Kms.Unwraps(KeyPurpose.Signing);

        await AfterAsync(gateway, 41);
        Assert.Equal(unwraps, gateway.Kms.Unwraps(KeyPurpose.Signing));
        await AfterAsync(gateway, 14);
        Assert.Equal(unwraps + 1, gateway.Kms.Unwraps(KeyPurpose.Signing));

        // It is young again: an outage now leaves it an hour.
        gateway.Kms.Failure = new KmsException(KmsFailure.Misconfigured, "out");
        await AfterAsync(gateway, 59);
        Assert.Equal(KeyFailure.None, (await gateway.GetAsync("acme")).Failure);
        await AfterAsync(gateway, 1);
        Assert.Equal(KeyFailure.Unavailable, (await gateway.GetAsync("acme")).Failure);
    }

    [Fact]
    public async Task RefreshDueAsync_KeyNobodyUses_IsNotWorthACall()
    {
        using var gateway = await Gateway.PrepareAsync(_folder, ["acme"]);
        await gateway.KidAsync("acme");
        var unwraps = gateway.Kms.Unwraps(KeyPurpose.Signing);

        await AfterAsync(gateway, 55);
        Assert.Equal(unwraps, gateway.Kms.Unwraps(KeyPurpose.Signing));
    }

    [Fact]
    public async Task RefreshDueAsync_LeaseHeldMeanwhile_KeepsTheKeyItHas()
    {
        using var gateway = await PrepareAndUseAsync();
        using var lease = (await gateway.GetAsync("acme")).Lease!;

        await AfterAsync(gateway, 55);

        using var second = (await gateway.GetAsync("acme")).Lease!;
        Assert.NotSame(lease.Key, second.Key);
        Assert.True(lease.TrustedKey.Key.Verify("data"u8, lease.Key.Sign("data"u8)));
    }

    [Theory]
    [InlineData(nameof(KmsFailure.Disabled))]
    [InlineData(nameof(KmsFailure.NotFound))]
    [InlineData(nameof(KmsFailure.InvalidCiphertext))]
    public async Task RefreshDueAsync_KmsRefusesTheKey_IsDroppedAtOnce(string failure)
    {
        using var gateway = await PrepareAndUseAsync();
        var key = (await gateway.GetAsync("acme")).Lease!;
        gateway.Kms.Failure = new KmsException(Enum.Parse<KmsFailure>(failure), "no");

        await AfterAsync(gateway, 55);

        Assert.Equal(0, gateway.Cache.Count);
        Assert.Equal(KeyFailure.Denied, (await gateway.GetAsync("acme")).Failure);
        Assert.Equal(1, gateway.Log.Count(1022));
        key.Dispose();
        Assert.Empty(gateway.Get<LiveKeys<CachedSigningKey>>().Kids);
    }

    [Fact]
    public async Task RefreshDueAsync_Denied_IsBelievedTheSecondTime()
    {
        using var gateway = await PrepareAndUseAsync();
        gateway.Kms.Failure = new KmsException(KmsFailure.Denied, "no");

        await AfterAsync(gateway, 55);
        Assert.Equal(KeyFailure.None, (await gateway.GetAsync("acme")).Failure);

        gateway.Time.Advance(TimeSpan.FromSeconds(5));
        await gateway.GetHosted<RefreshAhead<CachedSigningKey>>().RefreshDueAsync(Token);
        Assert.Equal(KeyFailure.Denied, (await gateway.GetAsync("acme")).Failure);
    }

    [Fact]
    public async Task RefreshDueAsync_KmsOut_IsTriedOnceAMinute()
    {
        using var gateway = await PrepareAndUseAsync();
        gateway.Kms.Failure = new KmsException(KmsFailure.Misconfigured, "out");
        var unwraps = gateway.Kms.Unwraps(KeyPurpose.Signing);
        await AfterAsync(gateway, 55);

        for (var i = 0; i < 12; i++)
        {
            gateway.Time.Advance(TimeSpan.FromSeconds(5));
            await gateway.GetHosted<RefreshAhead<CachedSigningKey>>().RefreshDueAsync(Token);
        }

        Assert.Equal(unwraps + 2, gateway.Kms.Unwraps(KeyPurpose.Signing));
        Assert.Equal(KeyFailure.None, (await gateway.GetAsync("acme")).Failure);
    }

    private static async Task AfterAsync(Gateway gateway, int minutes)
    {
        gateway.Time.Advance(TimeSpan.FromMinutes(minutes));
        await gateway.ActiveKeys.RefreshAsync(Token);
        await gateway.GetHosted<RefreshAhead<CachedSigningKey>>().RefreshDueAsync(Token);
    }

    private async Task<Gateway> PrepareAndUseAsync()
    {
        var gateway = await Gateway.PrepareAsync(_folder, ["acme"]);
        await gateway.KidAsync("acme");
        await gateway.KidAsync("acme");
        return gateway;
    }
}
