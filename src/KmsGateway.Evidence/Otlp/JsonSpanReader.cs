using System.Text.Json;

namespace KmsGateway.Evidence.Otlp;

/// <summary>
/// Reads one JSON span, or the resource or scope above it, into a visitor. The scanner has seen the whole request before: the JSON is
/// well formed, no member repeats, and the containers down to the attributes' keys have their types.
/// </summary>
internal ref struct JsonSpanReader
{
    private readonly IAttributeVisitor _visitor;
    private readonly ReadOnlySpan<byte> _json;
    private readonly Span<byte> _scratch;
    private int _scratchUsed;
    private SpanGroup _group;

    /// <param name="json">The object to read.</param>
    /// <param name="scratch">As long as the object: no text or id is longer than its JSON.</param>
    /// <param name="visitor">Takes what is read.</param>
    public JsonSpanReader(ReadOnlySpan<byte> json, Span<byte> scratch, IAttributeVisitor visitor)
    {
        _json = json;
        _scratch = scratch;
        _visitor = visitor;
    }

    public void ReadResource(IResourceVisitor resource)
    {
        _group = SpanGroup.Resource;
        resource.BeginResource();
        _visitor.BeginMap();
        var reader = Begin();
        var members = new JsonObjectReader(JsonMembers.ResourceSpans);
        while (members.Read(ref reader, out var member))
        {
            if (member == JsonMember.ResourceSpansResource && reader.TokenType == JsonTokenType.StartObject)
            {
                ReadResourceAttributes(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }

        _visitor.EndMap();
        resource.EndResource();
    }

    public void ReadScope(IResourceVisitor resource)
    {
        _group = SpanGroup.Resource;
        ReadOnlySpan<byte> name = default;
        ReadOnlySpan<byte> version = default;
        var reader = Begin();
        var members = new JsonObjectReader(JsonMembers.ScopeSpans);
        while (members.Read(ref reader, out var member))
        {
            if (member == JsonMember.ScopeSpansScope && reader.TokenType == JsonTokenType.StartObject)
            {
                ReadScopeMembers(ref reader, ref name, ref version);
            }
            else
            {
                reader.Skip();
            }
        }

        resource.Scope(name, version);
    }

    public void ReadSpan(ISpanVisitor span)
    {
        var core = default(SpanCore);
        var read = 0u;
        var reader = Begin();
        var members = new JsonObjectReader(JsonMembers.Span);
        while (members.Read(ref reader, out var member))
        {
            if (reader.TokenType == JsonTokenType.Null)
            {
                continue;
            }

            switch (member)
            {
                case JsonMember.SpanAttributes:
                    read |= 1u << member;
                    BeginAttributes(span);
                    ReadAttributes(ref reader);
                    EndAttributes(span);
                    break;
                case JsonMember.SpanEvents:
                    read |= 1u << member;
                    BeginEvents(span);
                    ReadEvents(ref reader, span);
                    span.EndEvents();
                    break;
                case JsonMember.SpanLinks:
                    read |= 1u << member;
                    BeginLinks(span);
                    ReadLinks(ref reader, span);
                    span.EndLinks();
                    break;
                default:
                    _group = SpanGroup.Core;
                    ReadCore(ref reader, member, ref core);
                    break;
            }
        }

        if ((read & (1u << JsonMember.SpanAttributes)) == 0)
        {
            BeginAttributes(span);
            EndAttributes(span);
        }

        if ((read & (1u << JsonMember.SpanEvents)) == 0)
        {
            BeginEvents(span);
            span.EndEvents();
        }

        if ((read & (1u << JsonMember.SpanLinks)) == 0)
        {
            BeginLinks(span);
            span.EndLinks();
        }

        _group = SpanGroup.Core;
        span.Core(core);
    }

    private void BeginAttributes(ISpanVisitor span)
    {
        _group = SpanGroup.Attributes;
        span.BeginAttributes();
        _visitor.BeginMap();
    }

    private readonly void EndAttributes(ISpanVisitor span)
    {
        _visitor.EndMap();
        span.EndAttributes();
    }

    private void BeginEvents(ISpanVisitor span)
    {
        _group = SpanGroup.Events;
        span.BeginEvents();
    }

    private void BeginLinks(ISpanVisitor span)
    {
        _group = SpanGroup.Links;
        span.BeginLinks();
    }

    private void ReadResourceAttributes(scoped ref Utf8JsonReader reader)
    {
        var members = new JsonObjectReader(JsonMembers.Resource);
        while (members.Read(ref reader, out var member))
        {
            if (member == JsonMember.ResourceAttributes && reader.TokenType == JsonTokenType.StartArray)
            {
                ReadAttributes(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }
    }

    private void ReadScopeMembers(scoped ref Utf8JsonReader reader, ref ReadOnlySpan<byte> name, ref ReadOnlySpan<byte> version)
    {
        var members = new JsonObjectReader(JsonMembers.Scope);
        while (members.Read(ref reader, out var member))
        {
            if (member == JsonMember.ScopeName)
            {
                name = ReadText(ref reader);
            }
            else if (member == JsonMember.ScopeVersion)
            {
                version = ReadText(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }
    }

    private void ReadCore(scoped ref Utf8JsonReader reader, int member, ref SpanCore core)
    {
        switch (member)
        {
            case JsonMember.SpanTraceId:
                core.TraceId = ReadId(ref reader);
                break;
            case JsonMember.SpanSpanId:
                core.SpanId = ReadId(ref reader);
                break;
            case JsonMember.SpanParentSpanId:
                core.ParentSpanId = ReadId(ref reader);
                break;
            case JsonMember.SpanName:
                core.Name = ReadText(ref reader);
                break;
            case JsonMember.SpanKind:
                core.Kind = ReadUnsigned(ref reader);
                break;
            case JsonMember.SpanStartTime:
                core.StartTime = ReadUnsigned(ref reader);
                break;
            case JsonMember.SpanEndTime:
                core.EndTime = ReadUnsigned(ref reader);
                break;
            case JsonMember.SpanStatus when reader.TokenType == JsonTokenType.StartObject:
                ReadStatus(ref reader, ref core);
                break;
            case JsonMember.SpanStatus:
                WrongType(ref reader);
                break;
            default:
                reader.Skip();
                break;
        }
    }

    private void ReadStatus(scoped ref Utf8JsonReader reader, ref SpanCore core)
    {
        var members = new JsonObjectReader(JsonMembers.Status);
        while (members.Read(ref reader, out var member))
        {
            if (member == JsonMember.StatusMessage)
            {
                core.StatusMessage = ReadText(ref reader);
            }
            else if (member == JsonMember.StatusCode)
            {
                core.StatusCode = ReadUnsigned(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }
    }

    private void ReadEvents(scoped ref Utf8JsonReader reader, ISpanVisitor span)
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
                ReadEvent(ref reader, span);
            }
            else
            {
                WrongType(ref reader);
            }
        }
    }

    private void ReadEvent(scoped ref Utf8JsonReader reader, ISpanVisitor span)
    {
        ReadOnlySpan<byte> name = default;
        var time = 0ul;
        span.BeginEvent();
        _visitor.BeginMap();
        var members = new JsonObjectReader(JsonMembers.Event);
        while (members.Read(ref reader, out var member))
        {
            if (member == JsonMember.EventTime)
            {
                time = ReadUnsigned(ref reader);
            }
            else if (member == JsonMember.EventName)
            {
                name = ReadText(ref reader);
            }
            else if (member == JsonMember.EventAttributes)
            {
                ReadAttributes(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }

        _visitor.EndMap();
        span.EndEvent(name, time);
    }

    private void ReadLinks(scoped ref Utf8JsonReader reader, ISpanVisitor span)
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
                ReadLink(ref reader, span);
            }
            else
            {
                WrongType(ref reader);
            }
        }
    }

    private void ReadLink(scoped ref Utf8JsonReader reader, ISpanVisitor span)
    {
        ReadOnlySpan<byte> traceId = default;
        ReadOnlySpan<byte> spanId = default;
        span.BeginLink();
        _visitor.BeginMap();
        var members = new JsonObjectReader(JsonMembers.Link);
        while (members.Read(ref reader, out var member))
        {
            if (member == JsonMember.LinkTraceId)
            {
                traceId = ReadId(ref reader);
            }
            else if (member == JsonMember.LinkSpanId)
            {
                spanId = ReadId(ref reader);
            }
            else if (member == JsonMember.LinkAttributes)
            {
                ReadAttributes(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }

        _visitor.EndMap();
        span.EndLink(traceId, spanId);
    }

    private void ReadAttributes(scoped ref Utf8JsonReader reader)
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
    private void ReadKeyValue(scoped ref Utf8JsonReader reader, int depth)
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

    private ReadOnlySpan<byte> ReadText(scoped ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            return Unescape(ref reader);
        }

        if (reader.TokenType != JsonTokenType.Null)
        {
            WrongType(ref reader);
        }

        return default;
    }

    private ReadOnlySpan<byte> ReadId(scoped ref Utf8JsonReader reader)
    {
        var hex = ReadText(ref reader);
        var id = _scratch.Slice(_scratchUsed, hex.Length / 2);
        if (hex.Length % 2 != 0 || Convert.FromHexString(hex, id, out _, out _) != System.Buffers.OperationStatus.Done)
        {
            Issue(SpanIssues.BadId);
            return default;
        }

        _scratchUsed += id.Length;
        return id;
    }

    private ulong ReadUnsigned(scoped ref Utf8JsonReader reader)
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
        reader.TokenType == JsonTokenType.String ? Unescape(ref reader) : reader.ValueSpan;

    private bool TryReadBase64(scoped ref Utf8JsonReader reader, out ReadOnlySpan<byte> bytes)
    {
        var text = Unescape(ref reader);
        var decoded = JsonBase64.TryDecode(text, _scratch[_scratchUsed..], out var length);
        bytes = _scratch.Slice(_scratchUsed, length);
        _scratchUsed += length;
        return decoded;
    }

    private ReadOnlySpan<byte> Unescape(scoped ref Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped)
        {
            return reader.ValueSpan;
        }

        var text = _scratch[_scratchUsed..];
        if (!JsonText.TryUnescape(reader.ValueSpan, text, out var length))
        {
            Issue(SpanIssues.InvalidUtf8);
        }

        _scratchUsed += length;
        return text[..length];
    }

    private readonly Utf8JsonReader Begin()
    {
        var reader = new Utf8JsonReader(_json, JsonTraceScanner.Options);
        reader.Read();
        return reader;
    }

    private readonly void WrongType(scoped ref Utf8JsonReader reader)
    {
        Issue(SpanIssues.WireType);
        reader.Skip();
    }

    private readonly long WrongNumber()
    {
        Issue(SpanIssues.Number);
        return 0;
    }

    private readonly void Issue(SpanIssues issue) => _visitor.Issue(_group, issue);
}
