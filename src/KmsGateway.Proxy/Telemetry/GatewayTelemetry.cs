using OpenTelemetry.Metrics;

namespace KmsGateway.Proxy.Telemetry;

/// <summary>The only list of what the gateway measures and where it shows it.</summary>
internal static class GatewayTelemetry
{
    private static readonly string[] Meters =
    [
        "KmsGateway.*",
        "Microsoft.AspNetCore.Hosting",
        "Microsoft.AspNetCore.Server.Kestrel",
        "System.Net.Http",
    ];

    public static void AddGatewayTelemetry(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<GatewayMetrics>();
        builder.Services.AddOpenTelemetry().WithMetrics(metrics => metrics
            .AddMeter(Meters)
            .AddPrometheusExporter(prometheus =>
            {
                // The labels of alerts and dashboards, and no others.
                prometheus.ScopeInfoEnabled = false;
                prometheus.TargetInfoEnabled = false;
            }));
        builder.Services.AddHostedService<MetricSeries>();
    }
}
