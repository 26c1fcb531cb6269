using System.Data.Common;
using KmsGateway.Keys.Options;
using KmsGateway.Keys.Probing;
using KmsGateway.Keys.Providers;
using KmsGateway.Keys.Retrieval;
using KmsGateway.Keys.Stores;
using KmsGateway.Keys.Trust;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace KmsGateway.Keys.Rotation;

/// <summary>Before the first request: opens the store, verifies what is in it and makes what is missing.</summary>
internal sealed class KeyBootstrap(
    IOptions<TenantListOptions> tenants,
    IKmsProvider provider,
    IKeyStore store,
    TrustRoot root,
    TrustLog trust,
    Canary canary,
    KeyCreator creator,
    ActiveKeys activeKeys,
    TrustPublisher publisher,
    ILogger<KeyBootstrap> logger) : IHostedLifecycleService
{
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
                $"KMS provider '{provider.Name}' ({KmsException.Code(exception.Failure)}): {exception.Message}", exception);
        }
        catch (Exception exception) when (exception is DbException or IOException or UnauthorizedAccessException)
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
        await store.OpenAsync(cancellationToken);
        if (await root.LoadAsync(cancellationToken))
        {
            KeysLog.RootCreated(logger, root.PublicKey.Kid);
        }

        await trust.LoadAsync(root.PublicKey, cancellationToken);
        await canary.EnsureAsync(cancellationToken);
        var created = await CreateMissingKeysAsync(cancellationToken);
        await activeKeys.RefreshAsync(cancellationToken);
        await publisher.RenewAsync(cancellationToken);
        KeysLog.KeysReady(
            logger, provider.Name, root.PublicKey.Algorithm, tenants.Value.Tenants.Count, created, trust.End.Count, root.PublicKey.Kid);
    }

    private async Task<int> CreateMissingKeysAsync(CancellationToken cancellationToken)
    {
        var rows = await store.ReadActiveSigningKeysAsync(cancellationToken);
        var missing = tenants.Value.Tenants.Except(rows.Select(row => row.Tenant), StringComparer.Ordinal);
        var created = 0;
        foreach (var tenant in missing)
        {
            created += await creator.CreateAsync(tenant, cancellationToken) ? 1 : 0;
        }

        if (tenants.Value.Tenants.Count == 0)
        {
            KeysLog.NoTenants(logger);
        }

        return created;
    }
}
