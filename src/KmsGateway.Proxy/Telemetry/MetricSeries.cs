namespace KmsGateway.Proxy.Telemetry;

/// <summary>Starts every known series at 0, after the meter provider that must see it.</summary>
internal sealed class MetricSeries(GatewayMetrics metrics, IConfiguration configuration) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        metrics.CreateSeries(configuration.GetSection("Tenancy:Tenants").GetChildren().Select(tenant => tenant.Value).OfType<string>());
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
