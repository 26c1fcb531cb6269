using KmsGateway.Keys.Instruments;
using KmsGateway.Keys.Retrieval;
using Microsoft.Extensions.Hosting;

namespace KmsGateway.Keys.Telemetry;

/// <summary>Gauges exist once somebody has asked for what observes them, and counters are at 0 before anything has happened.</summary>
internal sealed class MetricsStart(KeysGauges gauges, RotationGauges rotations, KeyRetrievals retrievals, ActiveKeys activeKeys) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        GC.KeepAlive(gauges);
        GC.KeepAlive(rotations);
        var known = new HashSet<string>(StringComparer.Ordinal);
        while (true)
        {
            // Tenants come while the gateway runs.
            var refresh = activeKeys.WaitForRefreshAsync(stoppingToken);
            retrievals.CreateSeries(activeKeys.Tenants.Where(known.Add));
            await refresh;
        }
    }
}
