using Microsoft.Extensions.Hosting;

namespace KmsGateway.Keys.Telemetry;

/// <summary>Gauges exist once somebody has asked for what observes them.</summary>
internal sealed class MetricsStart(KeysMetrics metrics) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        GC.KeepAlive(metrics);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
