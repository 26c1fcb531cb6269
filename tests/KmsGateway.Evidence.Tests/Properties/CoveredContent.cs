using System.Globalization;
using System.Text;
using Google.Protobuf;
using OpenTelemetry.Proto.Collector.Trace.V1;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Resource.V1;
using OpenTelemetry.Proto.Trace.V1;

namespace KmsGateway.Evidence.Tests.Properties;

/// <summary>
/// What a signature under the default coverage is about, as a text: made from the generated types, with nothing of the product in it. Two spans have the
/// same text if and only if a signature of one must hold for the other.
/// </summary>
internal static class CoveredContent
{
    private const string Reserved = "audit.integrity.";

    private static readonly string[] ReservedNames =
        ["canonicalization", "algorithm", "key_id", "signer", "statement", "value", "proof", "error"];

    public static IEnumerable<(string Ids, string Content)> Of(ExportTraceServiceRequest request) =>
        from resourceSpans in request.ResourceSpans
        from scopeSpans in resourceSpans.ScopeSpans
        from span in scopeSpans.Spans
        select ($"{Hex(span.TraceId)} {Hex(span.SpanId)}", Of(resourceSpans.Resource, scopeSpans.Scope, span));

    private static string Of(Resource? resource, InstrumentationScope? scope, Span span)
    {
        var text = new StringBuilder();
        var status = span.Status ?? new Status();
        var parent = span.ParentSpanId.Span.ContainsAnyExcept((byte)0) ? Hex(span.ParentSpanId) : "";
        var kind = span.Kind == Span.Types.SpanKind.Unspecified ? 1 : (int)span.Kind;
        text.Append(CultureInfo.InvariantCulture, $"{Hex(span.TraceId)} {Hex(span.SpanId)} {parent} {kind} {span.StartTimeUnixNano} ");
        text.Append(CultureInfo.InvariantCulture, $"{span.EndTimeUnixNano} {(int)status.Code} {Quote(status.Message)} {Quote(span.Name)}\n");
        Add(text, span.Attributes.Where(attribute => !IsReserved(attribute.Key)));
        foreach (var spanEvent in span.Events)
        {
            text.Append(CultureInfo.InvariantCulture, $"\nevent {spanEvent.TimeUnixNano} {Quote(spanEvent.Name)} ");
            Add(text, spanEvent.Attributes);
        }

        foreach (var link in span.Links)
        {
            text.Append(CultureInfo.InvariantCulture, $"\nlink {Optional(link.TraceId)} {Optional(link.SpanId)} ");
            Add(text, link.Attributes);
        }

        text.Append(CultureInfo.InvariantCulture, $"\nscope {Quote(scope?.Name ?? "")} {Quote(scope?.Version ?? "")} ");
        Add(text, (resource?.Attributes ?? []).Where(attribute => attribute.Key == "service.name" || attribute.Key.StartsWith("compliance.", StringComparison.Ordinal)));
        return text.ToString();
    }

    private static void Add(StringBuilder text, IEnumerable<KeyValue> attributes)
    {
        text.Append('{');
        foreach (var attribute in attributes.OrderBy(attribute => attribute.Key, StringComparer.Ordinal))
        {
            text.Append(Quote(attribute.Key)).Append(':');
            Add(text, attribute.Value ?? new AnyValue());
            text.Append(' ');
        }

        text.Append('}');
    }

    private static void Add(StringBuilder text, AnyValue value)
    {
        switch (value.ValueCase)
        {
            case AnyValue.ValueOneofCase.StringValue:
                text.Append('s').Append(Quote(value.StringValue));
                break;
            case AnyValue.ValueOneofCase.IntValue:
                text.Append(CultureInfo.InvariantCulture, $"i{value.IntValue}");
                break;
            case AnyValue.ValueOneofCase.DoubleValue:
                // Every NaN is the same.
                var number = double.IsNaN(value.DoubleValue) ? double.NaN : value.DoubleValue;
                text.Append(CultureInfo.InvariantCulture, $"d{BitConverter.DoubleToInt64Bits(number):x}");
                break;
            case AnyValue.ValueOneofCase.BoolValue:
                text.Append(value.BoolValue ? "true" : "false");
                break;
            case AnyValue.ValueOneofCase.BytesValue:
                text.Append('b').Append(Hex(value.BytesValue)).Append('.');
                break;
            case AnyValue.ValueOneofCase.ArrayValue:
                text.Append('[');
                foreach (var element in value.ArrayValue.Values)
                {
                    Add(text, element);
                    text.Append(',');
                }

                text.Append(']');
                break;
            case AnyValue.ValueOneofCase.KvlistValue:
                Add(text, value.KvlistValue.Values);
                break;
            default:
                text.Append("none");
                break;
        }
    }

    private static bool IsReserved(string key) =>
        key.StartsWith(Reserved, StringComparison.Ordinal) && ReservedNames.Contains(key[Reserved.Length..], StringComparer.Ordinal);

    private static string Optional(ByteString id) => id.Span.ContainsAnyExcept((byte)0) ? Hex(id) : "";

    private static string Hex(ByteString bytes) => Convert.ToHexStringLower(bytes.Span);

    // A length in front: no text can pass for two.
    private static string Quote(string text) => string.Create(CultureInfo.InvariantCulture, $"{text.Length}\"{text}\"");
}
