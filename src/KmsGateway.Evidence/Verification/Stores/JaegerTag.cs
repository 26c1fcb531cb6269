using System.Runtime.InteropServices;
using System.Text.Json;
using KmsGateway.Evidence.Otlp;

namespace KmsGateway.Evidence.Verification.Stores;

/// <summary>A tag of a span or a process, or a field of a log (docs/format.md, L-4).</summary>
internal sealed class JaegerTag
{
    private const string String = "string";
    private const string Bool = "bool";
    private const string Int64 = "int64";
    private const string Float64 = "float64";
    private const string Binary = "binary";

    private readonly JsonElement _key;
    private readonly JsonElement _value;
    private readonly string _type;

    private JaegerTag(JsonElement tag)
    {
        _key = JaegerJson.Find(tag, "key", JsonValueKind.String) ?? throw new FormatException("a tag without a key");
        Key = JaegerJson.Text(tag, "key");
        tag.TryGetProperty("value", out _value);
        _type = JaegerJson.Find(tag, "type", JsonValueKind.String) is null ? TypeOf(_value) : JaegerJson.Text(tag, "type") ?? "";
        Text = IsString ? JaegerJson.Text(tag, "value") : null;
    }

    /// <summary>Null for one that is not Unicode.</summary>
    public string? Key { get; }

    /// <summary>The value of a tag of type string; null for one that is not Unicode.</summary>
    public string? Text { get; }

    private bool IsString => _type == String && _value.ValueKind == JsonValueKind.String;

    public bool IsText(string key) => Key == key && IsString;

    public bool IsTrue(string key) => Key == key && _type == Bool && ReadBool();

    public static List<JaegerTag> Of(JsonElement parent, string name) => [.. JaegerJson.Objects(parent, name).Select(tag => new JaegerTag(tag))];

    public void Write(Utf8JsonWriter otlp)
    {
        otlp.WriteStartObject();
        otlp.WritePropertyName("key");
        JaegerJson.Copy(_key, otlp);
        otlp.WriteStartObject("value");
        switch (_type)
        {
            case String when IsString:
                WriteValue("stringValue", otlp);
                break;
            case Bool:
                otlp.WriteBoolean("boolValue", ReadBool());
                break;
            case Int64:
                WriteValue("intValue", otlp);
                break;
            case Float64:
                WriteValue("doubleValue", otlp);
                break;
            case Binary:
                WriteValue("bytesValue", otlp);
                break;
            default:
                throw new FormatException("a tag of an unknown type");
        }

        otlp.WriteEndObject();
        otlp.WriteEndObject();
    }

    // An absent value is null, which OTLP's values do not allow: the span has no canonical form then, and the others of the trace have.
    public void WriteValue(string member, Utf8JsonWriter otlp)
    {
        otlp.WritePropertyName(member);
        if (_value.ValueKind == JsonValueKind.Undefined)
        {
            otlp.WriteNullValue();
        }
        else
        {
            JaegerJson.Copy(_value, otlp);
        }
    }

    private bool ReadBool() => _value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.String when _value.ValueEquals("true"u8) => true,
        JsonValueKind.String when _value.ValueEquals("false"u8) => false,
        _ => throw new FormatException("a bool that is none"),
    };

    private static string TypeOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => String,
        JsonValueKind.True or JsonValueKind.False => Bool,
        JsonValueKind.Number when JsonNumber.TryReadInt64(JsonMarshal.GetRawUtf8Value(value), out _) => Int64,
        JsonValueKind.Number => Float64,
        _ => "",
    };
}
