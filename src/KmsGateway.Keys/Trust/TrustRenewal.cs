using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace KmsGateway.Keys.Trust;

/// <summary>Renews the trust file when its time is up, or when the chain has grown.</summary>
internal sealed class TrustRenewal(TrustPublisher publisher, TrustLog log, TimeProvider time, ILogger<TrustRenewal> logger)
    : BackgroundService
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    // Whoever changed keys waits for the file that tells of it; one signature of the root is enough for all.
    private readonly SemaphoreSlim _turn = new(1, 1);

    public override void Dispose()
    {
        _turn.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            // Not a change of the store: when that is announced, the chain in memory may not have grown yet.
            var refresh = log.WaitForRefreshAsync(stoppingToken);
            await RenewIfDueAsync(stoppingToken);
            await refresh;
        }
    }

    /// <summary>Publishes what is known now. That the root cannot sign is logged, and tried again at the next refresh.</summary>
    internal async Task RenewIfDueAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (publisher.IsDue)
            {
                await RenewAsync(cancellationToken);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task RenewAsync(CancellationToken cancellationToken)
    {
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
