using System.Globalization;
using System.Text;
using System.Text.Json;
using KmsGateway.Evidence.Otlp;

namespace KmsGateway.Evidence.Encryption;

/// <summary>Tells a visitor what a canonical value holds. Leniently: whether it is canonical shows when it is written again.</summary>
internal static class CanonicalValueReader
{
    // An array or kvlist in one of its own at each depth, and the object of a scalar.
    private const int MaxJsonDepth = OtlpLimits.MaxDepth + 2;

    /// <returns>False: it is none, and the visitor has been told of a part.</returns>
    public static bool TryRead(ReadOnlySpan<byte> json, IAttributeVisitor visitor)
    {
        try
        {
            using var document = JsonDocument.Parse(json.ToArray(), new JsonDocumentOptions { MaxDepth = MaxJsonDepth });
            return TryRead(document.RootElement, visitor, depth: 1);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException)
        {
            // No JSON, an unpaired surrogate, or text that is not base64.
            return false;
        }
    }

    private static bool TryRead(JsonElement value, IAttributeVisitor visitor, int depth)
    {
        if (depth > OtlpLimits.MaxDepth)
        {
            return false;
        }

        switch (value.ValueKind)
        {
            case JsonValueKind.Null:
                visitor.Empty();
                return true;
            case JsonValueKind.Array:
                visitor.BeginArray();
                var areElements = value.EnumerateArray().All(element => TryRead(element, visitor, depth + 1));
                visitor.EndArray();
                return areElements;
            case JsonValueKind.Object when IsScalar(value, out var member):
                return TryReadScalar(member, visitor);
            case JsonValueKind.Object:
                visitor.BeginMap();
                var areEntries = value.EnumerateObject().All(entry =>
                {
                    visitor.Key(Encoding.UTF8.GetBytes(entry.Name));
                    return TryRead(entry.Value, visitor, depth + 1);
                });
                visitor.EndMap();
                return areEntries;
            default:
                return false;
        }
    }

    // The members of a kvlist are never primitives but null.
    private static bool IsScalar(JsonElement value, out JsonProperty member)
    {
        member = value.EnumerateObject().FirstOrDefault();
        return member.Value.ValueKind is JsonValueKind.String or JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False;
    }

    private static bool TryReadScalar(JsonProperty member, IAttributeVisitor visitor)
    {
        switch (member.Name)
        {
            case "stringValue" when member.Value.ValueKind == JsonValueKind.String:
                visitor.String(Encoding.UTF8.GetBytes(member.Value.GetString()!));
                return true;
            case "intValue" when long.TryParse(
                member.Value.GetString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer):
                visitor.Int(integer);
                return true;
            case "boolValue" when member.Value.ValueKind is JsonValueKind.True or JsonValueKind.False:
                visitor.Bool(member.Value.GetBoolean());
                return true;
            case "doubleValue" when DoubleOf(member.Value) is { } number:
                visitor.Double(number);
                return true;
            case "bytesValue" when member.Value.ValueKind == JsonValueKind.String:
                visitor.Bytes(member.Value.GetBytesFromBase64());
                return true;
            default:
                return false;
        }
    }

    private static double? DoubleOf(JsonElement value) => value.ValueKind == JsonValueKind.Number
        ? value.GetDouble()
        : value.GetString() switch
        {
            "-0" => -0.0,
            "NaN" => double.NaN,
            "Infinity" => double.PositiveInfinity,
            "-Infinity" => double.NegativeInfinity,
            _ => null,
        };
}
