using System.Data.Common;
using KmsGateway.Keys.Options;
using KmsGateway.Keys.Probing;
using KmsGateway.Keys.Providers;
using KmsGateway.Keys.Recovery;
using KmsGateway.Keys.Resilience;
using KmsGateway.Keys.Retrieval;
using KmsGateway.Keys.Stores;
using KmsGateway.Keys.Trust;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace KmsGateway.Keys.Rotation;

/// <summary>Before the first request: opens the store, verifies what is in it and makes what is missing.</summary>
internal sealed class KeyBootstrap(
    IOptions<RotationOptions> options,
    ResilientKms kms,
    IKeyStore store,
    StoreRestore restore,
    TrustRoot root,
    TrustLog trust,
    Canary canary,
    KeyRotation rotation,
    ActiveKeys activeKeys,
    TrustPublisher publisher,
    ILogger<KeyBootstrap> logger) : IHostedLifecycleService
{
    private const int AtATime = 8;

    // Before any server's StartAsync, wherever in the list of services it stands.
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        try
        {
            await PrepareAsync(cancellationToken);
        }
        catch (KmsException exception)
        {
            throw new KeyStartException(
                $"KMS provider '{kms.Name}' ({KmsException.Code(exception.Failure)}): {exception.Message}", exception);
        }
        catch (Exception exception) when (exception is DbException or IOException or UnauthorizedAccessException or TimeoutException)
        {
            throw new KeyStartException(
                $"The key store cannot be used (KeyStore:ConnectionString, DataDirectory): {exception.Message}", exception);
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task PrepareAsync(CancellationToken cancellationToken)
    {
        var mayCreate = options.Value.Enabled;
        await store.OpenAsync(cancellationToken);
        await restore.RunAsync(cancellationToken);
        if (await root.LoadAsync(mayCreate, cancellationToken))
        {
            KeysLog.RootCreated(logger, root.PublicKey.Kid);
        }

        await trust.LoadAsync(root.PublicKey, cancellationToken);
        await canary.EnsureAsync(mayCreate, cancellationToken);
        await activeKeys.RefreshAsync(cancellationToken);
        var created = mayCreate ? await CreateMissingKeysAsync(cancellationToken) : 0;
        await publisher.RenewAsync(cancellationToken);
        KeysLog.KeysReady(
            logger, kms.Name, root.PublicKey.Algorithm, activeKeys.Tenants.Count, created, trust.End.Count, root.PublicKey.Kid);
    }

    private async Task<int> CreateMissingKeysAsync(CancellationToken cancellationToken)
    {
        var there = (await store.ReadActiveKeysAsync(cancellationToken)).Select(row => (row.Tenant, row.Purpose)).ToHashSet();
        var missing = activeKeys.Tenants.SelectMany(rotation.PurposesOf, (tenant, purpose) => (tenant, purpose)).Where(key => !there.Contains(key)).ToList();
        await Parallel.ForEachAsync(
            missing,
            new ParallelOptions { MaxDegreeOfParallelism = AtATime, CancellationToken = cancellationToken },
            async (key, token) => await rotation.RunAsync(key.tenant, key.purpose, token));
        if (activeKeys.Tenants.Count == 0)
        {
            KeysLog.NoTenants(logger);
        }

        await activeKeys.RefreshAsync(cancellationToken);
        return missing.Count;
    }
}
