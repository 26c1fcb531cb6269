namespace KmsGateway.Proxy.Telemetry;

/// <summary>Starts every known series at 0, after the meter provider that must see it.</summary>
internal sealed class MetricSeries(GatewayMetrics metrics) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        metrics.CreateSeries();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
