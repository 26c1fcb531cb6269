using System.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Xunit;

namespace KmsGateway.EndToEnd.Tests.Senders;

/// <summary>The OpenTelemetry SDK for .NET with its own exporter, which pads the lengths it writes.</summary>
internal static class DotNetExporter
{
    private static readonly int Limit = (int)Testing.Patience.Limit.TotalMilliseconds;

    public static void Send(
        OtlpExportProtocol protocol,
        Uri otlpHttp,
        Uri otlpGrpc,
        OtlpExportCompression compression,
        int compliance,
        int ordinary,
        bool retries = false)
    {
        // Tests run side by side and every provider of the process hears every source of the same name.
        var sourceName = $"exporters-{Guid.NewGuid():N}";
        using var source = new ActivitySource(sourceName, "1.0.0");
        using var provider = Sdk.CreateTracerProviderBuilder()
            .ConfigureServices(services => services.AddSingleton(Configuration(retries)))
            .SetSampler(new AlwaysOnSampler())
            .AddSource(sourceName)
            .ConfigureResource(resource => resource
                .AddService("shop-dotnet")
                .AddAttributes([new("host.cpu.count", 2L), new("host.ips", new[] { "10.0.0.1", "10.0.0.2" })]))
            .AddOtlpExporter(options =>
            {
                options.Protocol = protocol;
                options.Endpoint = protocol == OtlpExportProtocol.Grpc ? otlpGrpc : new Uri(otlpHttp, "/v1/traces");
                options.Compression = compression;
                options.ExportProcessorType = ExportProcessorType.Batch;

                // All spans go at once, when they are flushed, and have the time that a busy machine takes.
                options.TimeoutMilliseconds = Limit;
                options.BatchExportProcessorOptions.ScheduledDelayMilliseconds = Limit;
                options.BatchExportProcessorOptions.ExporterTimeoutMilliseconds = Limit;
            })
            .Build();

        Activity.Current = null;
        using (var root = source.StartActivity("checkout", ActivityKind.Server))
        {
            // The root is an ordinary span and counts as one.
            for (var i = 1; i < ordinary; i++)
            {
                using var span = Start(source, root, $"GET /products/{i}");
                span.SetTag("http.request.method", "GET");
            }

            for (var i = 0; i < compliance; i++)
            {
                using var span = Start(source, root, $"payment.approve {i}");
                span.SetTag("compliance.framework", "SOX").SetTag("compliance.control", "AC-2").SetTag("compliance.level", i);
            }
        }

        Assert.True(provider.ForceFlush(Limit), "The exporter did not finish.");
    }

    // The SDK retries on request only: https://github.com/open-telemetry/opentelemetry-dotnet, OpenTelemetry.Exporter.OpenTelemetryProtocol.
    private static IConfiguration Configuration(bool retries) => new ConfigurationBuilder()
        .AddInMemoryCollection(retries ? [new("OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY", "in_memory")] : [])
        .Build();

    private static Activity Start(ActivitySource source, Activity? root, string name)
    {
        var parent = root?.Context ?? default;
        var link = new ActivityLink(parent, new ActivityTagsCollection { ["relation"] = "caused-by", ["weight"] = 0.5 });
        var span = source.StartActivity(name, ActivityKind.Internal, parent, links: [link]);
        Assert.NotNull(span);
        return span
            .SetTag("text", "Gr\u00fc\u00dfe, \u65e5\u672c\u8a9e, \ud83d\ude80 \"quoted\" \\ \u2028 \t")
            .SetTag("whole", 42)
            .SetTag("negative", -7L)
            .SetTag("large", long.MaxValue)
            .SetTag("fraction", 0.1)
            .SetTag("negative.zero", -0.0)
            .SetTag("flag", true)
            .SetTag("list", new[] { "a", "b" })
            .SetTag("numbers", new[] { 1L, 2L, 3L })
            .AddEvent(new ActivityEvent("checked", tags: new ActivityTagsCollection { ["rule"] = "four-eyes", ["attempt"] = 2 }))
            .AddEvent(new ActivityEvent("done"))
            .AddException(new InvalidOperationException("over the limit"))
            .SetStatus(ActivityStatusCode.Error, "refused: \u00fcber limit");
    }
}
