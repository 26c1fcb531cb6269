using Google.Protobuf.Collections;
using OpenTelemetry.Proto.Collector.Trace.V1;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Trace.V1;

namespace KmsGateway.Evidence.Tests.Properties;

/// <summary>What collectors and stores do to a request on its way, and may.</summary>
internal static class Rewriting
{
    /// <summary>Attributes have no order, at any depth; elements of arrays, events and links have one.</summary>
    public static void ReorderAttributes(ExportTraceServiceRequest request, Random random)
    {
        foreach (var resourceSpans in request.ResourceSpans)
        {
            Reorder(resourceSpans.Resource?.Attributes ?? [], random);
            foreach (var span in resourceSpans.ScopeSpans.SelectMany(scope => scope.Spans))
            {
                Reorder(span.Attributes, random);
                foreach (var attributes in span.Events.Select(item => item.Attributes).Concat(span.Links.Select(item => item.Attributes)))
                {
                    Reorder(attributes, random);
                }
            }
        }
    }

    /// <summary>Every span under a ResourceSpans and a ScopeSpans of its own, in any order, some of them put together again.</summary>
    public static ExportTraceServiceRequest Rebatch(ExportTraceServiceRequest request, Random random)
    {
        var alone =
            from resourceSpans in request.ResourceSpans
            from scopeSpans in resourceSpans.ScopeSpans
            from span in scopeSpans.Spans
            select new ResourceSpans
            {
                Resource = resourceSpans.Resource?.Clone(),
                ScopeSpans = { new ScopeSpans { Scope = scopeSpans.Scope?.Clone(), Spans = { span.Clone() } } },
            };
        var result = new ExportTraceServiceRequest();
        foreach (var next in alone.OrderBy(_ => random.Next()))
        {
            if (result.ResourceSpans.LastOrDefault() is not { } last || !Equals(last.Resource, next.Resource) || random.Next(2) == 0)
            {
                result.ResourceSpans.Add(next);
            }
            else if (!Equals(last.ScopeSpans[^1].Scope, next.ScopeSpans[0].Scope) || random.Next(2) == 0)
            {
                last.ScopeSpans.Add(next.ScopeSpans);
            }
            else
            {
                last.ScopeSpans[^1].Spans.Add(next.ScopeSpans[0].Spans);
            }
        }

        return result;
    }

    private static void Reorder(RepeatedField<KeyValue> attributes, Random random)
    {
        var shuffled = attributes.OrderBy(_ => random.Next()).ToList();
        attributes.Clear();
        attributes.Add(shuffled);
        foreach (var value in shuffled.Select(attribute => attribute.Value))
        {
            Reorder(value, random);
        }
    }

    private static void Reorder(AnyValue? value, Random random)
    {
        if (value?.KvlistValue is { } map)
        {
            Reorder(map.Values, random);
        }

        foreach (var element in value?.ArrayValue?.Values ?? [])
        {
            Reorder(element, random);
        }
    }
}
