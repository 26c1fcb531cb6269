using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace KmsGateway.Evidence.Tests.Properties;

/// <summary>
/// The same OTLP/JSON in another spelling: order of members, escapes in names and texts, white space, digits of ids, integers and doubles as numbers or as
/// texts, and members that nobody knows, where the format does not look.
/// </summary>
internal static class JsonSpelling
{
    private static readonly string[] Messages = ["resourceSpans", "resource", "scopeSpans", "scope", "spans", "events", "links", "status"];
    private static readonly string[] Ids = ["traceId", "spanId", "parentSpanId"];
    private static readonly string[] Integers = ["intValue", "startTimeUnixNano", "endTimeUnixNano", "timeUnixNano"];

    /// <param name="json">The request.</param>
    /// <param name="random">What to choose by.</param>
    /// <param name="integersToo">64-bit integers may become numbers, which not every parser reads to the last digit.</param>
    public static byte[] Change(ReadOnlySpan<byte> json, Random random, bool integersToo)
    {
        var text = new StringBuilder();
        Write(text, JsonNode.Parse(json)!, Messages[0], random, integersToo);
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static void Write(StringBuilder text, JsonNode? node, string name, Random random, bool integersToo)
    {
        Space(text, random);
        switch (node)
        {
            case JsonObject members:
                var named = members.Append(KeyValuePair.Create("unknown \u00e9\u0001", (JsonNode?)new JsonArray(1, null, new JsonObject())));
                WriteEach(text, "{}", (Messages.Contains(name) ? named : members).OrderBy(_ => random.Next()), random, member =>
                {
                    WriteText(text, member.Key, random);
                    Space(text, random);
                    text.Append(':');
                    Write(text, member.Value, member.Key, random, integersToo);
                });
                break;
            case JsonArray items:
                WriteEach(text, "[]", items, random, item => Write(text, item, name, random, integersToo));
                break;
            case JsonValue when Ids.Contains(name):
                WriteText(text, string.Concat(node.ToString().Select(digit => random.Next(2) == 0 ? digit : char.ToUpperInvariant(digit))), random);
                break;
            case JsonValue when Integers.Contains(name):
                WriteNumber(text, node.ToString(), !integersToo || random.Next(2) == 0, random);
                break;
            case JsonValue when name == "doubleValue" && node.GetValueKind() == JsonValueKind.Number:
                WriteNumber(text, node.GetValue<double>().ToString(random.Next(2) == 0 ? "E16" : "R", CultureInfo.InvariantCulture), random.Next(2) == 0, random);
                break;
            case JsonValue when node.GetValueKind() == JsonValueKind.String:
                WriteText(text, node.GetValue<string>(), random);
                break;
            default:
                text.Append(node?.ToJsonString() ?? "null");
                break;
        }

        Space(text, random);
    }

    private static void WriteEach<T>(StringBuilder text, string brackets, IEnumerable<T> items, Random random, Action<T> write)
    {
        text.Append(brackets[0]);
        var comma = "";
        foreach (var item in items)
        {
            text.Append(comma);
            Space(text, random);
            write(item);
            comma = ",";
        }

        Space(text, random);
        text.Append(brackets[1]);
    }

    private static void WriteNumber(StringBuilder text, string number, bool asText, Random random)
    {
        if (asText)
        {
            WriteText(text, number, random);
        }
        else
        {
            text.Append(number);
        }
    }

    private static void WriteText(StringBuilder text, string value, Random random)
    {
        text.Append('"');
        foreach (var rune in value.EnumerateRunes())
        {
            var units = rune.ToString();
            if (rune.Value < ' ' || units is "\"" or "\\" || random.Next(8) == 0)
            {
                text.AppendJoin("", units.Select(unit => Escape(unit, random)));
            }
            else
            {
                text.Append(units);
            }
        }

        text.Append('"');
    }

    private static string Escape(char unit, Random random)
    {
        var index = "\"\\/\b\f\n\r\t".IndexOf(unit, StringComparison.Ordinal);
        var hex = ((int)unit).ToString(random.Next(2) == 0 ? "x4" : "X4", CultureInfo.InvariantCulture);
        return index >= 0 && random.Next(2) == 0 ? $"\\{"\"\\/bfnrt"[index]}" : $"\\u{hex}";
    }

    private static void Space(StringBuilder text, Random random) => text.Append(random.Next(16) switch
    {
        0 => " ",
        1 => "\r\n\t",
        _ => "",
    });
}
