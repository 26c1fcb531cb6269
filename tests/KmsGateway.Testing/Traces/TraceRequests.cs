using OpenTelemetry.Proto.Collector.Trace.V1;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Resource.V1;
using OpenTelemetry.Proto.Trace.V1;

namespace KmsGateway.Testing.Traces;

/// <summary>Export requests as SDKs and collectors send them.</summary>
public static class TraceRequests
{
    /// <summary>One resource, one scope, these spans.</summary>
    public static ExportTraceServiceRequest Of(params IEnumerable<Span> spans) => new() { ResourceSpans = { Group("shop", spans) } };

    /// <summary>Compliance spans and ordinary ones in turn, each with every field set.</summary>
    public static ExportTraceServiceRequest Mixed(int compliance, int ordinary)
    {
        var spans = new List<Span>(compliance + ordinary);
        for (var i = 0; i < Math.Max(compliance, ordinary); i++)
        {
            if (i < compliance)
            {
                spans.Add(SpanBuilder.Compliance().Everything().Build());
            }

            if (i < ordinary)
            {
                spans.Add(SpanBuilder.Ordinary().Everything().Build());
            }
        }

        return Of(spans);
    }

    /// <summary>Several resources, each with a scope of ordinary spans and one of both kinds.</summary>
    public static ExportTraceServiceRequest Nested(int resources, int compliance, int ordinary)
    {
        var request = new ExportTraceServiceRequest();
        for (var i = 0; i < resources; i++)
        {
            var group = Group($"service-{i}", SpansOf(Mixed(0, ordinary)));
            group.ScopeSpans.Add(Scope(SpansOf(Mixed(compliance, ordinary))));
            request.ResourceSpans.Add(group);
        }

        return request;
    }

    public static IEnumerable<Span> SpansOf(ExportTraceServiceRequest request) =>
        request.ResourceSpans.SelectMany(resource => resource.ScopeSpans).SelectMany(scope => scope.Spans);

    private static ResourceSpans Group(string service, IEnumerable<Span> spans) => new()
    {
        Resource = new Resource
        {
            Attributes =
            {
                AnyValues.Pair("service.name", service),
                AnyValues.Pair("host.name", "h\u00f6st-1"),
                AnyValues.Pair("process.pid", 4711),
            },
            DroppedAttributesCount = 1,
            EntityRefs = { new EntityRef { Type = "service", IdKeys = { "service.name" } } },
        },
        ScopeSpans = { Scope(spans) },
        SchemaUrl = "https://opentelemetry.io/schemas/1.30.0",
    };

    private static ScopeSpans Scope(IEnumerable<Span> spans) => new()
    {
        Scope = new InstrumentationScope
        {
            Name = "shop.instrumentation",
            Version = "1.2.3",
            Attributes = { AnyValues.Pair("scope.attribute", true) },
        },
        Spans = { spans },
        SchemaUrl = "https://opentelemetry.io/schemas/1.30.0",
    };
}
