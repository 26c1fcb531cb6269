using System.Reflection;
using KmsGateway.Keys.Options;
using KmsGateway.Proxy.Listeners;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace KmsGateway.Proxy.Telemetry;

/// <summary>The only list of what the gateway tells of itself and where it shows it.</summary>
internal static class GatewayTelemetry
{
    private static readonly string[] Meters =
    [
        "KmsGateway.*",
        "Microsoft.AspNetCore.Hosting",
        "Microsoft.AspNetCore.Server.Kestrel",
        "System.Net.Http",
    ];

    private static readonly string[] Sources = ["KmsGateway.*", "Yarp.ReverseProxy", "System.Net.Http"];

    // The SDK's own limit of 2,000 series for each metric turns the rest into one without a tenant:
    // https://opentelemetry.io/docs/specs/otel/metrics/sdk/#cardinality-limits
    private const int SeriesPerTenant = 10;

    public static void AddGatewayTelemetry(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton<IValidateOptions<TelemetryOptions>, TelemetryOptionsValidator>();
        services.AddSingleton<IValidateOptions<TelemetryOptions>, TelemetryEndpointValidator>();
        services.AddOptions<TelemetryOptions>().BindConfiguration(TelemetryOptions.Section).ValidateOnStart();
        var origin = new TelemetryOrigin();
        services.AddSingleton(origin);
        services.AddSingleton<GatewayMetrics>();
        services.AddSingleton<RejectionReport>();
        services.AddHostedService(provider => provider.GetRequiredService<RejectionReport>());
        services.AddHostedService<MetricSeries>();

        // Read before the options are validated, as providers are built from what is registered now; a wrong value stops the start all the same.
        var section = builder.Configuration.GetSection(TelemetryOptions.Section);
        var options = section.Get<TelemetryOptions>() ?? new TelemetryOptions();
        var labels = section.Get<TenantLabelOptions>() ?? new TenantLabelOptions();
        var telemetry = services.AddOpenTelemetry().WithMetrics(metrics => metrics.AddGatewayMetrics(options, labels, origin));
        if (options.ExportsTraces)
        {
            telemetry.WithTracing(traces => traces.AddGatewayTraces(options, origin));
        }
    }

    private static void AddGatewayMetrics(
        this MeterProviderBuilder metrics, TelemetryOptions options, TenantLabelOptions labels, TelemetryOrigin origin)
    {
        metrics
            .AddMeter(Meters)
            .SetExemplarFilter(ExemplarFilterType.TraceBased)
            .AddView(instrument => instrument.Meter.Name.StartsWith("KmsGateway.", StringComparison.Ordinal)
                ? new MetricStreamConfiguration { CardinalityLimit = (labels.MaxTenantLabels * SeriesPerTenant) + 1_000 }
                : null)
            .AddPrometheusExporter(prometheus =>
            {
                // The labels of alerts and dashboards, and no others.
                prometheus.ScopeInfoEnabled = false;
                prometheus.TargetInfoEnabled = false;
            });
        if (options.ExportsMetrics)
        {
            metrics.ConfigureResource(Describe).AddOtlpExporter((exporter, reader) =>
            {
                exporter.SendTo(options, "v1/metrics", origin);
                reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = options.MetricsSeconds * 1_000;
            });
        }
    }

    private static void AddGatewayTraces(this TracerProviderBuilder traces, TelemetryOptions options, TelemetryOrigin origin)
    {
        traces
            .ConfigureResource(Describe)
            .SetSampler(new GatewaySampler(options.TraceRatio))
            .AddSource(Sources)
            .AddAspNetCoreInstrumentation(requests => requests.Filter = IsOtlp)
            .AddOtlpExporter(exporter => exporter.SendTo(options, "v1/traces", origin));
    }

    // Scrapes and probes of health come every few seconds and tell nothing.
    private static bool IsOtlp(HttpContext context) =>
        context.Features.Get<ListenerFeature>()?.Listener is GatewayListener.OtlpGrpc or GatewayListener.OtlpHttp;

    private static void SendTo(this OtlpExporterOptions exporter, TelemetryOptions options, string path, TelemetryOrigin origin)
    {
        var endpoint = new Uri(options.Endpoint);
        exporter.Protocol = options.Protocol == TelemetryOptions.Grpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf;

        // Besides those of OTEL_EXPORTER_OTLP_HEADERS, where credentials for the collector stand.
        var mark = $"{TelemetryOrigin.Header}={origin.Id}";
        exporter.Headers = exporter.Headers is { Length: > 0 } headers ? $"{headers},{mark}" : mark;
        exporter.Endpoint = exporter.Protocol == OtlpExportProtocol.Grpc ? endpoint : new Uri(endpoint, path);
    }

    private static void Describe(ResourceBuilder resource) => resource.AddService(
        "kmsgateway",
        serviceVersion: typeof(GatewayTelemetry).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion);
}
