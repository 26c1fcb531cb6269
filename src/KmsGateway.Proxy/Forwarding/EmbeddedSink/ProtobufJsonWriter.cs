using System.Globalization;
using System.Text;
using System.Text.Json;
using KmsGateway.Evidence.Otlp;

namespace KmsGateway.Proxy.Forwarding.EmbeddedSink;

/// <summary>
/// Writes single fields of protobuf messages as JSON members. Each call walks its message again: a field may stand anywhere and more than
/// once, and the last one counts. Default values have no member, as in every encoder of OTLP/JSON.
/// </summary>
internal ref struct ProtobufJsonWriter(Utf8JsonWriter json, ReadOnlySpan<byte> body)
{
    // As deep as protobuf decoders go.
    private const int MaxDepth = 100;

    private readonly Utf8JsonWriter _json = json;
    private readonly ReadOnlySpan<byte> _body = body;
    private int _depth;

    public bool IsMalformed { get; private set; }

    public static void KeyValue(ref ProtobufJsonWriter to, WireReader message)
    {
        to.String("key"u8, message, TraceFields.KeyValueKey);
        to.Message("value"u8, message, TraceFields.KeyValueValue, AnyValue);
        to.Enum("keyStrindex"u8, message, TraceFields.KeyValueKeyStrindex);
    }

    public void Object(WireReader message, MessageWriter write)
    {
        _json.WriteStartObject();
        if (++_depth > MaxDepth)
        {
            IsMalformed = true;
        }

        if (!IsMalformed)
        {
            write(ref this, message);
        }

        _depth--;
        _json.WriteEndObject();
    }

    public void Message(ReadOnlySpan<byte> name, WireReader message, int field, MessageWriter write)
    {
        if (TryLast(message, field, WireType.LengthDelimited, out var last))
        {
            _json.WritePropertyName(name);
            Object(last.Message, write);
        }
    }

    public void Messages(ReadOnlySpan<byte> name, WireReader message, int field, MessageWriter write)
    {
        var isOpen = false;
        while (TryNext(ref message, field, WireType.LengthDelimited))
        {
            if (!isOpen)
            {
                _json.WriteStartArray(name);
                isOpen = true;
            }

            Object(message.Message, write);
        }

        if (isOpen)
        {
            _json.WriteEndArray();
        }
    }

    public void Strings(ReadOnlySpan<byte> name, WireReader message, int field)
    {
        var isOpen = false;
        while (TryNext(ref message, field, WireType.LengthDelimited))
        {
            if (!isOpen)
            {
                _json.WriteStartArray(name);
                isOpen = true;
            }

            _json.WriteStringValue(Text(message.Value));
        }

        if (isOpen)
        {
            _json.WriteEndArray();
        }
    }

    public void String(ReadOnlySpan<byte> name, WireReader message, int field)
    {
        if (TryLast(message, field, WireType.LengthDelimited, out var last) && last.Value.Length > 0)
        {
            _json.WriteString(name, Text(last.Value));
        }
    }

    public void Hex(ReadOnlySpan<byte> name, WireReader message, int field)
    {
        if (TryLast(message, field, WireType.LengthDelimited, out var last) && last.Value.Length > 0)
        {
            _json.WriteString(name, Convert.ToHexStringLower(last.Value));
        }
    }

    public void UInt32(ReadOnlySpan<byte> name, WireReader message, int field, WireType type = WireType.Varint)
    {
        if (TryLast(message, field, type, out var last) && (uint)last.Number != 0)
        {
            _json.WriteNumber(name, (uint)last.Number);
        }
    }

    public void Enum(ReadOnlySpan<byte> name, WireReader message, int field)
    {
        if (TryLast(message, field, WireType.Varint, out var last) && (int)last.Number != 0)
        {
            _json.WriteNumber(name, (int)last.Number);
        }
    }

    public void Fixed64(ReadOnlySpan<byte> name, WireReader message, int field)
    {
        if (TryLast(message, field, WireType.Fixed64, out var last) && last.Number != 0)
        {
            _json.WriteString(name, Decimal(last.Number));
        }
    }

    // A oneof: the last of its members counts, and it has a JSON form even if it is empty.
    private static void AnyValue(ref ProtobufJsonWriter to, WireReader message)
    {
        WireReader member = default;
        while (message.Read())
        {
            if (message.Field is >= TraceFields.AnyValueString and <= TraceFields.AnyValueStringStrindex
                && message.Type == MemberType(message.Field))
            {
                member = message;
            }
        }

        to.IsMalformed |= message.IsMalformed;
        to.Member(member);
    }

    private void Member(WireReader member)
    {
        switch (member.Field)
        {
            case TraceFields.AnyValueString:
                _json.WriteString("stringValue"u8, Text(member.Value));
                break;
            case TraceFields.AnyValueBool:
                _json.WriteBoolean("boolValue"u8, member.Number != 0);
                break;
            case TraceFields.AnyValueInt:
                _json.WriteString("intValue"u8, Decimal((long)member.Number));
                break;
            case TraceFields.AnyValueDouble:
                Double(BitConverter.UInt64BitsToDouble(member.Number));
                break;
            case TraceFields.AnyValueArray:
                List("arrayValue"u8, member.Message, AnyValue);
                break;
            case TraceFields.AnyValueKvlist:
                List("kvlistValue"u8, member.Message, KeyValue);
                break;
            case TraceFields.AnyValueBytes:
                _json.WriteBase64String("bytesValue"u8, member.Value);
                break;
            case TraceFields.AnyValueStringStrindex:
                _json.WriteNumber("stringValueStrindex"u8, (int)member.Number);
                break;
        }
    }

    private void List(ReadOnlySpan<byte> name, WireReader list, MessageWriter write)
    {
        _json.WriteStartObject(name);
        Messages("values"u8, list, TraceFields.ListValues, write);
        _json.WriteEndObject();
    }

    private readonly void Double(double value)
    {
        if (double.IsFinite(value))
        {
            _json.WriteNumber("doubleValue"u8, value);
        }
        else
        {
            _json.WriteString("doubleValue"u8, double.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity");
        }
    }

    private bool TryLast(WireReader message, int field, WireType type, out WireReader last)
    {
        last = default;
        var found = false;
        while (TryNext(ref message, field, type))
        {
            last = message;
            found = true;
        }

        return found;
    }

    private bool TryNext(ref WireReader message, int field, WireType type)
    {
        while (message.Read())
        {
            if (message.Field == field && message.Type == type)
            {
                return true;
            }
        }

        IsMalformed |= message.IsMalformed;
        return false;
    }

    private static WireType MemberType(int field) => field switch
    {
        TraceFields.AnyValueBool or TraceFields.AnyValueInt or TraceFields.AnyValueStringStrindex => WireType.Varint,
        TraceFields.AnyValueDouble => WireType.Fixed64,
        _ => WireType.LengthDelimited,
    };

    // Bytes that are not UTF-8 become U+FFFD: JSON has no other form for them.
    private static string Text(ReadOnlySpan<byte> utf8) => Encoding.UTF8.GetString(utf8);

    private static string Decimal(ulong number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Decimal(long number) => number.ToString(CultureInfo.InvariantCulture);
}
