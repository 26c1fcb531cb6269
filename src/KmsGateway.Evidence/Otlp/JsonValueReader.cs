using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;

namespace KmsGateway.Evidence.Otlp;

/// <summary>Reads the values of JSON: attributes, texts, ids and numbers. What is wrong with one is told to the visitor.</summary>
internal ref struct JsonValueReader
{
    private const int MaxIdSize = 16;

    private readonly IAttributeVisitor _visitor;
    private readonly Span<byte> _scratch;
    private int _scratchUsed;

    /// <param name="scratch">As long as the JSON that is read: no text or id is longer than its JSON.</param>
    /// <param name="visitor">Takes what is read.</param>
    public JsonValueReader(Span<byte> scratch, IAttributeVisitor visitor)
    {
        _scratch = scratch;
        _visitor = visitor;
    }

    /// <summary>The group that values are read for.</summary>
    public SpanGroup Group { get; set; }

    public void ReadAttributes(scoped ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.Null)
        {
            ReadKeyValues(ref reader, depth: 1);
        }
    }

    private void ReadKeyValues(scoped ref Utf8JsonReader reader, int depth)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            WrongType(ref reader);
            return;
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.StartObject)
            {
                ReadKeyValue(ref reader, depth);
            }
            else
            {
                WrongType(ref reader);
            }
        }
    }

    // The value may stand before its key, and what is wrong with either is told behind the key.
    public void ReadKeyValue(scoped ref Utf8JsonReader reader, int depth)
    {
        VisitKey(reader);
        var hasValue = false;
        var members = new JsonObjectReader(JsonMembers.KeyValue);
        while (members.Read(ref reader, out var member))
        {
            switch (member)
            {
                case JsonMember.KeyValueKey:
                    if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.Null))
                    {
                        WrongType(ref reader);
                    }

                    break;
                case JsonMember.KeyValueValue or JsonMember.KeyValueKeyStrindex when reader.TokenType == JsonTokenType.Null:
                    break;
                case JsonMember.KeyValueValue:
                    ReadAnyValue(ref reader, depth);
                    hasValue = true;
                    break;
                case JsonMember.KeyValueKeyStrindex:
                    Issue(SpanIssues.Strindex);
                    reader.Skip();
                    break;
                default:
                    Issue(SpanIssues.UnknownField);
                    reader.Skip();
                    break;
            }
        }

        if (!hasValue)
        {
            _visitor.Empty();
        }
    }

    // A copy of the reader runs ahead; as a rule the key is the first member.
    private void VisitKey(Utf8JsonReader reader)
    {
        var members = new JsonObjectReader(JsonMembers.KeyValue);
        while (members.Read(ref reader, out var member))
        {
            if (member == JsonMember.KeyValueKey && reader.TokenType == JsonTokenType.String)
            {
                var text = _scratch[_scratchUsed..];
                var isValid = JsonText.TryUnescape(reader.ValueSpan, text, out var length);
                _scratchUsed += length;
                _visitor.Key(text[..length]);
                if (!isValid)
                {
                    Issue(SpanIssues.InvalidUtf8);
                }

                return;
            }

            reader.Skip();
        }

        _visitor.Key(default);
    }

    private void ReadAnyValue(scoped ref Utf8JsonReader reader, int depth)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            WrongType(ref reader);
            _visitor.Empty();
            return;
        }

        var hasMember = false;
        var members = new JsonObjectReader(JsonMembers.AnyValue);
        while (members.Read(ref reader, out var member))
        {
            switch (member)
            {
                case JsonMember.Unknown:
                    Issue(SpanIssues.UnknownField);
                    reader.Skip();
                    break;
                case not JsonMember.Unknown when hasMember:
                    Issue(SpanIssues.RepeatedField);
                    reader.Skip();
                    break;
                default:
                    hasMember = true;
                    ReadMember(ref reader, member, depth);
                    break;
            }
        }

        if (!hasMember)
        {
            _visitor.Empty();
        }
    }

    private void ReadMember(scoped ref Utf8JsonReader reader, int member, int depth)
    {
        switch (member)
        {
            case JsonMember.AnyValueStringStrindex when reader.TokenType != JsonTokenType.Null:
                Issue(SpanIssues.Strindex);
                _visitor.Empty();
                reader.Skip();
                break;
            case JsonMember.AnyValueString when reader.TokenType == JsonTokenType.String:
                _visitor.String(ReadText(ref reader));
                break;
            case JsonMember.AnyValueBool when reader.TokenType is JsonTokenType.True or JsonTokenType.False:
                _visitor.Bool(reader.TokenType == JsonTokenType.True);
                break;
            case JsonMember.AnyValueInt when reader.TokenType is JsonTokenType.Number or JsonTokenType.String:
                _visitor.Int(JsonNumber.TryReadInt64(NumberText(ref reader), out var integer) ? integer : WrongNumber());
                break;
            case JsonMember.AnyValueDouble when reader.TokenType is JsonTokenType.Number or JsonTokenType.String:
                _visitor.Double(
                    JsonNumber.TryReadDouble(NumberText(ref reader), reader.TokenType == JsonTokenType.String, out var number)
                        ? number
                        : WrongNumber());
                break;
            case JsonMember.AnyValueBytes when reader.TokenType == JsonTokenType.String && TryReadBase64(ref reader, out var bytes):
                _visitor.Bytes(bytes);
                break;
            case JsonMember.AnyValueArray when reader.TokenType == JsonTokenType.StartObject:
                _visitor.BeginArray();
                ReadList(ref reader, isMap: false, depth);
                _visitor.EndArray();
                break;
            case JsonMember.AnyValueKvlist when reader.TokenType == JsonTokenType.StartObject:
                _visitor.BeginMap();
                ReadList(ref reader, isMap: true, depth);
                _visitor.EndMap();
                break;
            default:
                WrongType(ref reader);
                _visitor.Empty();
                break;
        }
    }

    private void ReadList(scoped ref Utf8JsonReader reader, bool isMap, int depth)
    {
        var members = new JsonObjectReader(JsonMembers.List);
        while (members.Read(ref reader, out var member))
        {
            if (member == JsonMember.Unknown)
            {
                Issue(SpanIssues.UnknownField);
                reader.Skip();
            }
            else if (reader.TokenType == JsonTokenType.Null)
            {
                continue;
            }
            else if (reader.TokenType != JsonTokenType.StartArray)
            {
                WrongType(ref reader);
            }
            else if (depth == OtlpLimits.MaxDepth)
            {
                SkipTooDeep(ref reader);
            }
            else if (isMap)
            {
                ReadKeyValues(ref reader, depth + 1);
            }
            else
            {
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    ReadAnyValue(ref reader, depth + 1);
                }
            }
        }
    }

    private readonly void SkipTooDeep(scoped ref Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            Issue(SpanIssues.Depth);
            reader.Skip();
        }
    }

    public ReadOnlySpan<byte> ReadText(scoped ref Utf8JsonReader reader)
    {
        var text = ReadString(ref reader, out var isValid);
        if (!isValid)
        {
            Issue(SpanIssues.InvalidUtf8);
        }

        return text;
    }

    // No id has more bytes, so it is a bad one whatever its digits are; and of a long one there may be no room for digits and bytes.
    public ReadOnlySpan<byte> ReadId(scoped ref Utf8JsonReader reader)
    {
        var hex = ReadString(ref reader, out _);
        if (hex.Length > 2 * MaxIdSize)
        {
            Issue(SpanIssues.BadId);
            return default;
        }

        var id = _scratch.Slice(_scratchUsed, hex.Length / 2);
        if (hex.Length % 2 != 0 || Convert.FromHexString(hex, id, out _, out _) != OperationStatus.Done)
        {
            Issue(SpanIssues.BadId);
            return default;
        }

        _scratchUsed += id.Length;
        return id;
    }

    public ulong ReadUnsigned(scoped ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.Number or JsonTokenType.String:
                return JsonNumber.TryReadUInt64(NumberText(ref reader), out var number) ? number : (ulong)WrongNumber();
            case JsonTokenType.Null:
                return 0;
            default:
                WrongType(ref reader);
                return 0;
        }
    }

    private ReadOnlySpan<byte> NumberText(scoped ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.String ? Unescape(ref reader, out _) : reader.ValueSpan;

    private bool TryReadBase64(scoped ref Utf8JsonReader reader, out ReadOnlySpan<byte> bytes)
    {
        // Text that was unescaped is in the scratch already, which has no room for both.
        var text = Unescape(ref reader, out _);
        var room = reader.ValueIsEscaped ? new byte[Base64.GetMaxDecodedFromUtf8Length(text.Length)] : _scratch[_scratchUsed..];
        var decoded = JsonBase64.TryDecode(text, room, out var length);
        bytes = room[..length];
        _scratchUsed += reader.ValueIsEscaped ? 0 : length;
        return decoded;
    }

    private ReadOnlySpan<byte> ReadString(scoped ref Utf8JsonReader reader, out bool isValid)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            return Unescape(ref reader, out isValid);
        }

        if (reader.TokenType != JsonTokenType.Null)
        {
            WrongType(ref reader);
        }

        isValid = true;
        return default;
    }

    // An unpaired surrogate is for texts to complain of; no id, number or base64 has one, and each says so in its own way.
    private ReadOnlySpan<byte> Unescape(scoped ref Utf8JsonReader reader, out bool isValid)
    {
        isValid = true;
        if (!reader.ValueIsEscaped)
        {
            return reader.ValueSpan;
        }

        var text = _scratch[_scratchUsed..];
        isValid = JsonText.TryUnescape(reader.ValueSpan, text, out var length);
        _scratchUsed += length;
        return text[..length];
    }

    public readonly void WrongType(scoped ref Utf8JsonReader reader)
    {
        Issue(SpanIssues.WireType);
        reader.Skip();
    }

    private readonly long WrongNumber()
    {
        Issue(SpanIssues.Number);
        return 0;
    }

    private readonly void Issue(SpanIssues issue) => _visitor.Issue(Group, issue);
}
