using System.Reflection;
using KmsGateway.Keys.Administration;
using KmsGateway.Keys.Options;
using KmsGateway.Keys.Retrieval;
using KmsGateway.Keys.Stores;
using KmsGateway.Keys.Tests.Support;
using KmsGateway.Keys.Trust;
using Microsoft.Extensions.Logging.Abstractions;

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
        var store = RotatingStore.Around(
            gateway.Store,
            () => gateway.Get<KeyAdministration>().RotateAsync("acme", "signing", "test", "test", isDryRun: false, Token));
        var trust = new TrustLog(store, NullLogger<TrustLog>.Instance);
        await trust.LoadAsync(gateway.Get<TrustRoot>().PublicKey, Token);
        var tenants = new TenantListOptions();
        tenants.Tenants.Add("acme");
        var activeKeys = new ActiveKeys(
            Microsoft.Extensions.Options.Options.Create(tenants), store, trust, gateway.Time, NullLogger<ActiveKeys>.Instance);

        await activeKeys.RefreshAsync(Token);

        Assert.Equal(KeyFailure.None, activeKeys.Find("acme", out _, out var key));
        Assert.Equal(await gateway.KidAsync("acme"), key.Key.Kid);
    }

    /// <summary>A store in which something happens right after the active keys were read for the first time.</summary>
    public class RotatingStore : DispatchProxy
    {
        private object _inner = null!;
        private Func<Task>? _once;

        internal static IKeyStore Around(IKeyStore inner, Func<Task> once)
        {
            var store = Create<IKeyStore, RotatingStore>();
            var proxy = (RotatingStore)(object)store;
            (proxy._inner, proxy._once) = (inner, once);
            return store;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            var result = targetMethod!.Invoke(_inner, args);
            return targetMethod.Name == nameof(IKeyStore.ReadActiveKeysAsync) && Interlocked.Exchange(ref _once, null) is { } once
                ? ThenAsync((Task<IReadOnlyList<ActiveKeyRow>>)result!, once)
                : result;
        }

        private static async Task<IReadOnlyList<ActiveKeyRow>> ThenAsync(Task<IReadOnlyList<ActiveKeyRow>> rows, Func<Task> once)
        {
            var read = await rows;
            await once();
            return read;
        }
    }
}
