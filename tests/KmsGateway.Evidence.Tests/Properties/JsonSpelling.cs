using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace KmsGateway.Evidence.Tests.Properties;

/// <summary>The same JSON in another spelling: order of members, escapes, white space, integers as numbers or as strings.</summary>
internal static class JsonSpelling
{
    private static readonly string[] Integers = ["intValue", "startTimeUnixNano", "endTimeUnixNano", "timeUnixNano"];

    public static byte[] Change(ReadOnlySpan<byte> json, Random random, bool integersToo)
    {
        var options = new JsonSerializerOptions
        {
            Encoder = random.Next(2) == 0 ? JavaScriptEncoder.Default : JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            WriteIndented = random.Next(2) == 0,
        };
        return Encoding.UTF8.GetBytes(Change(JsonNode.Parse(json), random, integersToo)!.ToJsonString(options));
    }

    private static JsonNode? Change(JsonNode? node, Random random, bool integersToo) => node switch
    {
        JsonObject members => new JsonObject(members
            .Select(member => KeyValuePair.Create(
                member.Key,
                integersToo && IsInteger(member) ? Respell(member.Value!, random) : Change(member.Value, random, integersToo)))
            .OrderBy(_ => random.Next())),
        JsonArray items => new JsonArray([.. items.Select(item => Change(item, random, integersToo))]),
        _ => node?.DeepClone(),
    };

    private static bool IsInteger(KeyValuePair<string, JsonNode?> member) => Integers.Contains(member.Key) && member.Value is JsonValue;

    private static JsonValue Respell(JsonNode value, Random random)
    {
        var text = value.ToString();
        return random.Next(2) == 0
            ? JsonValue.Create(text)
            : JsonValue.Create(decimal.Parse(text, CultureInfo.InvariantCulture));
    }
}
