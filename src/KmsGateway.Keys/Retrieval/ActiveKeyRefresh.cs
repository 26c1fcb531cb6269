using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace KmsGateway.Keys.Retrieval;

/// <summary>Keeps the active keys fresh and the cache free of keys whose time is over.</summary>
internal sealed class ActiveKeyRefresh(ActiveKeys activeKeys, SigningKeyCache cache, TimeProvider time, ILogger<ActiveKeyRefresh> logger)
    : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(15);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            cache.Trim();
            await RefreshAsync(stoppingToken);
        }
    }

    private async Task RefreshAsync(CancellationToken cancellationToken)
    {
        try
        {
            await activeKeys.RefreshAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // Whatever a broken row causes: the gateway lives on and stops signing when what it knows is too old.
            KeysLog.ActiveKeysNotRefreshed(logger, exception, ActiveKeys.MaxAge);
        }
    }
}
