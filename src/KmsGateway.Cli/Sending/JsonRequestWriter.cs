using System.Globalization;
using System.Text.Json;
using KmsGateway.Cryptography;

namespace KmsGateway.Cli.Sending;

/// <summary>Writes an ExportTraceServiceRequest as OTLP/JSON.</summary>
internal static class JsonRequestWriter
{
    public static byte[] Write(IEnumerable<SampleSpan> spans)
    {
        using var output = new MemoryStream();
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteStartArray("resourceSpans");
            json.WriteStartObject();
            json.WriteStartObject("resource");
            WriteAttributes(json, [new SampleAttribute("service.name", SampleSpan.ServiceName)]);
            json.WriteEndObject();
            json.WriteStartArray("scopeSpans");
            json.WriteStartObject();
            json.WriteStartObject("scope");
            json.WriteString("name", SampleSpan.ScopeName);
            json.WriteEndObject();
            json.WriteStartArray("spans");
            foreach (var span in spans)
            {
                WriteSpan(json, span);
            }

            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return output.ToArray();
    }

    private static void WriteSpan(Utf8JsonWriter json, SampleSpan span)
    {
        json.WriteStartObject();
        json.WriteString("traceId", Convert.ToHexStringLower(span.TraceId));
        json.WriteString("spanId", Convert.ToHexStringLower(span.SpanId));
        json.WriteString("name", span.Name);
        json.WriteNumber("kind", SampleSpan.Kind);
        json.WriteString("startTimeUnixNano", UnixNanoseconds.Format(span.Start));
        json.WriteString("endTimeUnixNano", UnixNanoseconds.Format(span.End));
        WriteAttributes(json, span.Attributes);
        json.WriteEndObject();
    }

    private static void WriteAttributes(Utf8JsonWriter json, IEnumerable<SampleAttribute> attributes)
    {
        json.WriteStartArray("attributes");
        foreach (var attribute in attributes)
        {
            json.WriteStartObject();
            json.WriteString("key", attribute.Key);
            json.WriteStartObject("value");
            switch (attribute.Value)
            {
                case string text:
                    json.WriteString("stringValue", text);
                    break;
                case bool flag:
                    json.WriteBoolean("boolValue", flag);
                    break;
                case uint number:
                    // OTLP/JSON writes 64-bit integers as text.
                    json.WriteString("intValue", number.ToString(CultureInfo.InvariantCulture));
                    break;
                default:
                    throw new InvalidOperationException($"Attribute {attribute.Key} has a value no sample has.");
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
