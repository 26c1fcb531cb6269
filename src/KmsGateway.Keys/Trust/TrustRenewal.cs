using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace KmsGateway.Keys.Trust;

/// <summary>Renews the trust file when its time is up, or when the chain has grown.</summary>
internal sealed class TrustRenewal(TrustPublisher publisher, TimeProvider time, ILogger<TrustRenewal> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await RenewIfDueAsync(stoppingToken);
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
