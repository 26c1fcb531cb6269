using System.Data.Common;
using KmsGateway.Keys.Providers;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace KmsGateway.Keys.Trust;

/// <summary>Renews the trust file when its time is up, or when the chain has grown.</summary>
internal sealed class TrustRenewal(TrustPublisher publisher, TimeProvider time, ILogger<TrustRenewal> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(15);

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
        try
        {
            if (publisher.IsDue)
            {
                await publisher.RenewAsync(cancellationToken);
            }
        }
        catch (Exception exception) when (exception is KmsException or DbException)
        {
            KeysLog.TrustFileNotRenewed(logger, exception);
        }
    }
}
