using KmsGateway.Keys.Providers;
using KmsGateway.Keys.Rotation;
using KmsGateway.Keys.Stores;
using KmsGateway.Keys.Tests.Support;

namespace KmsGateway.Keys.Tests.Retrieval;

public sealed class ActiveKeysTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    // The row is of before the rotation, the chain of after it.
    [Fact]
    public async Task RefreshAsync_KeyIsReplacedMeanwhile_TheNewOneIsFound()
    {
        using var gateway = await Gateway.PrepareAsync(_folder, ["acme"]);
        var before = await gateway.KidAsync("acme");
        gateway.AfterNext(
            nameof(IKeyStore.ReadActiveKeysAsync), () => gateway.Get<KeyRotation>().RunNowAsync("acme", KeyPurpose.Signing, "test", Token));

        await gateway.ActiveKeys.RefreshAsync(Token);

        Assert.NotEqual(before, await gateway.KidAsync("acme"));
        Assert.Equal(0, gateway.Log.Count(1010));
    }

    // Denied, its spans would go on unsigned where the mode allows it.
    [Fact]
    public async Task RefreshAsync_KeyIsReplacedAtEachLook_IsNotDeniedAndFoundAtTheNext()
    {
        using var gateway = await Gateway.PrepareAsync(_folder, ["acme"]);
        var rotations = 0;
        ReplaceAfterNextLook();

        await gateway.ActiveKeys.RefreshAsync(Token);

        Assert.InRange(rotations, 2, 10);
        Assert.Equal(KeyFailure.NoKey, (await gateway.GetAsync("acme")).Failure);
        Assert.Equal(0, gateway.Log.Count(1010));
        gateway.AfterNext("", () => Task.CompletedTask);
        await gateway.ActiveKeys.RefreshAsync(Token);
        Assert.Equal(KeyFailure.None, (await gateway.GetAsync("acme")).Failure);

        void ReplaceAfterNextLook() => gateway.AfterNext(nameof(IKeyStore.ReadActiveKeysAsync), async () =>
        {
            rotations++;
            ReplaceAfterNextLook();
            await gateway.Get<KeyRotation>().RunNowAsync("acme", KeyPurpose.Signing, "test", Token);
        });
    }

    // Who read before the change must not be the last to say how it is.
    [Fact]
    public async Task RefreshAsync_AnotherIsUnderWay_ReadsAfterIt()
    {
        using var gateway = await Gateway.PrepareAsync(_folder, ["acme"]);
        var (read, gate) = (new TaskCompletionSource(), new TaskCompletionSource());
        gateway.AfterNext(nameof(IKeyStore.ReadTenantsAsync), () =>
        {
            read.SetResult();
            return gate.Task;
        });
        var first = gateway.ActiveKeys.RefreshAsync(Token);
        await read.Task;
        await gateway.Store.AddTenantAsync("globex", gateway.Time.GetUtcNow(), Token);

        var reading = gateway.AfterNext(nameof(IKeyStore.ReadActiveKeysAsync), () => Task.CompletedTask);
        var second = gateway.ActiveKeys.RefreshAsync(Token);
        Assert.False(reading.HasBegun);
        gate.SetResult();

        await Task.WhenAll(first, second);
        Assert.True(gateway.Keys.IsKnown("globex"));
    }
}
