using KmsGateway.Keys.Options;
using KmsGateway.Keys.Stores;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace KmsGateway.Keys.Trust;

/// <summary>Renews the trust file when its time is up, or when the chain has grown.</summary>
internal sealed class TrustRenewal(
    TrustPublisher publisher, IKeyStore store, IOptions<KeyStoreOptions> options, TimeProvider time, ILogger<TrustRenewal> logger)
    : BackgroundService
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            var changes = store.Changes;
            await RenewIfDueAsync(stoppingToken);
            await store.WaitForChangeAsync(changes, options.Value.ChangeInterval, stoppingToken);
        }
    }

    internal async Task RenewIfDueAsync(CancellationToken cancellationToken)
    {
        if (!publisher.IsDue)
        {
            return;
        }

        using var timeout = new CancellationTokenSource(Timeout, time);
        using var token = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            await publisher.RenewAsync(token.Token);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            KeysLog.TrustFileNotRenewed(logger, exception);
        }
    }
}
