using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using KmsGateway.Cryptography;
using KmsGateway.Evidence.Encryption;
using KmsGateway.Evidence.Otlp;
using KmsGateway.Testing.Traces;
using OpenTelemetry.Proto.Collector.Trace.V1;
using OpenTelemetry.Proto.Common.V1;
using Xunit;

namespace KmsGateway.Evidence.Tests.Vectors;

public sealed class DecryptVectorTests
{
    private static readonly JsonDocumentOptions Deep = new() { MaxDepth = 200 };

    public static TheoryData<string> All => [.. VectorFile.Names("decrypt")];

    public static TheoryData<string> Restored => [.. VectorFile.Names("decrypt").Where(IsRestored)];

    [Theory]
    [MemberData(nameof(All))]
    public void Open_TheVectorsValue_IsItsPlaintextOrIsRefused(string name)
    {
        var vector = VectorFile.Read("decrypt", name);

        var refusal = Open(vector, out var clear);

        Assert.Equal((string?)vector.Expect["refused"], refusal);
        if (refusal is null)
        {
            var plaintext = Convert.FromHexString((string)vector.Expect["plaintext"]!);
            Assert.Equal(plaintext, clear!.Encoding is { } encoding ? [encoding.RawValueMark, .. clear.KeyValue] : clear.Json.ToArray());
        }
    }

    [Theory]
    [MemberData(nameof(Restored))]
    public void Restore_TheVectorsValue_IsItsAnyValueInBothEncodings(string name)
    {
        var vector = VectorFile.Read("decrypt", name);
        var restored = vector.Expect["restored"]!;
        Open(vector, out var clear);
        var json = Encoding.UTF8.GetBytes(Request(vector));
        var protobuf = OtlpJson.Parse(json).ToByteArray();

        var fromJson = Assert.Single(Attributes(Restore(json, JsonTraceEncoding.Instance, clear!)));
        var fromProtobuf = Assert.Single(
            TraceRequests.SpansOf(ExportTraceServiceRequest.Parser.ParseFrom(Restore(protobuf, ProtobufTraceEncoding.Instance, clear!)))
                .SelectMany(span => span.Attributes.Concat(span.Events.SelectMany(e => e.Attributes)).Concat(span.Links.SelectMany(l => l.Attributes))));

        Assert.True(JsonNode.DeepEquals(JsonNode.Parse((string)restored["json"]!, documentOptions: Deep), fromJson["value"]), (string)restored["json"]!);
        Assert.Equal(AnyValue.Parser.ParseFrom(Convert.FromHexString((string)restored["protobuf"]!)), fromProtobuf.Value);
        Assert.Equal(KeyOf(vector), fromProtobuf.Key);
    }

    private static string? Open(VectorFile vector, out DecryptedValue? clear)
    {
        clear = null;
        if (!EncryptedValue.TryParse(Encoding.UTF8.GetBytes((string)vector.Json["value"]!), out var value))
        {
            return "form";
        }

        var place = vector.Json["place"]!;
        Assert.True(ValuePlace.TryParseScope((string)place["scope"]!, out var scope));
        var location = new ValueLocation(
            (string?)place["tenant"],
            (string)place["trace_id"]!,
            (string)place["span_id"]!,
            scope,
            place["key"] is JsonObject ? VectorFile.Bytes(place["key"]!) : Encoding.UTF8.GetBytes(KeyOf(vector)!));
        var tenant = (string)vector.Json["tenant"]!;
        using var seed = new TenantSeed(tenant, (string)vector.Json["kid"]!, Convert.FromHexString((string)vector.Json["seed"]!));
        using var decryptor = new ValueDecryptor(seed);
        return new ValueOpener().Open(value, location, tenant, decryptor, out clear) switch
        {
            DecryptionRefusal.WrongTenant => "tenant",
            DecryptionRefusal.WrongPlace => "tag",
            DecryptionRefusal.NotAValue => "plaintext",
            _ => null,
        };
    }

    private static byte[] Restore(byte[] body, ITraceEncoding encoding, DecryptedValue clear)
    {
        Assert.Equal(OtlpError.None, EncryptedRequest.TryRead(body, encoding, out var request));
        Assert.Equal(RestoreRefusal.None, request.Restore(Assert.Single(request.Values), clear));
        return [.. request.Complete().SelectMany(slice => slice.ToArray())];
    }

    private static string Request(VectorFile vector)
    {
        var place = vector.Json["place"]!;
        var attributes = new JsonArray(new JsonObject
        {
            ["key"] = KeyOf(vector),
            ["value"] = new JsonObject { ["stringValue"] = (string)vector.Json["value"]! },
        });
        var span = new JsonObject { ["traceId"] = (string)place["trace_id"]!, ["spanId"] = (string)place["span_id"]! };
        switch ((string)place["scope"]!)
        {
            case "event":
                span["events"] = new JsonArray(new JsonObject { ["attributes"] = attributes });
                break;
            case "link":
                span["links"] = new JsonArray(new JsonObject { ["attributes"] = attributes });
                break;
            default:
                span["attributes"] = attributes;
                break;
        }

        return $$"""{"resourceSpans":[{"scopeSpans":[{"spans":[{{span.ToJsonString()}}]}]}]}""";
    }

    private static IEnumerable<JsonNode> Attributes(byte[] json)
    {
        var span = JsonNode.Parse(json, documentOptions: Deep)!["resourceSpans"]![0]!["scopeSpans"]![0]!["spans"]![0]!;
        return (span["attributes"] ?? span["events"]?[0]!["attributes"] ?? span["links"]![0]!["attributes"])!.AsArray().Select(attribute => attribute!);
    }

    private static string? KeyOf(VectorFile vector) => vector.Json["place"]!["key"] is JsonValue key ? (string)key! : null;

    // The empty key is no pattern's, and a transcoder leaves it out.
    private static bool IsRestored(string name)
    {
        var vector = VectorFile.Read("decrypt", name);
        return vector.Expect["restored"] is JsonObject && KeyOf(vector) is { Length: > 0 };
    }
}
