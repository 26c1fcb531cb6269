using System.Text;
using System.Text.Json.Nodes;
using Google.Protobuf;
using OpenTelemetry.Proto.Collector.Trace.V1;

namespace KmsGateway.Testing.Traces;

/// <summary>
/// OTLP/JSON is protobuf's JSON with two differences: ids are hex, enums are numbers.
/// https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
/// </summary>
public static class OtlpJson
{
    private static readonly JsonFormatter Formatter = new(JsonFormatter.Settings.Default.WithFormatEnumsAsIntegers(true));
    private static readonly JsonParser Parser = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(true));

    public static byte[] Format(ExportTraceServiceRequest request)
    {
        var json = JsonNode.Parse(Formatter.Format(request))!;
        ConvertIds(json, id => Convert.ToHexStringLower(Convert.FromBase64String(id)));
        return Encoding.UTF8.GetBytes(json.ToJsonString());
    }

    public static ExportTraceServiceRequest Parse(ReadOnlySpan<byte> json)
    {
        var node = JsonNode.Parse(json)!;
        ConvertIds(node, id => Convert.ToBase64String(Convert.FromHexString(id)));
        return Parser.Parse<ExportTraceServiceRequest>(node.ToJsonString());
    }

    // Attributes are lists of key and value: a member of one of these names is always an id.
    private static void ConvertIds(JsonNode? node, Func<string, string> convert)
    {
        switch (node)
        {
            case JsonArray array:
                foreach (var element in array)
                {
                    ConvertIds(element, convert);
                }

                break;
            case JsonObject members:
                foreach (var (name, value) in members.ToArray())
                {
                    if (name is "traceId" or "spanId" or "parentSpanId")
                    {
                        members[name] = convert(value!.GetValue<string>());
                    }
                    else
                    {
                        ConvertIds(value, convert);
                    }
                }

                break;
            default:
                break;
        }
    }
}
