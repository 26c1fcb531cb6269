using System.Text.Json;

namespace KmsGateway.Evidence.Otlp;

/// <summary>
/// Reads one JSON span, or the resource or scope above it, into a visitor. The scanner has seen the whole request before: the JSON is
/// well formed, no member repeats, and the containers down to the attributes' keys have their types.
/// </summary>
internal ref struct JsonSpanReader
{
    private readonly ReadOnlySpan<byte> _json;
    private readonly IAttributeVisitor _visitor;
    private JsonValueReader _values;

    /// <param name="json">The object to read.</param>
    /// <param name="scratch">As long as the object.</param>
    /// <param name="visitor">Takes what is read.</param>
    public JsonSpanReader(ReadOnlySpan<byte> json, Span<byte> scratch, IAttributeVisitor visitor)
    {
        _json = json;
        _visitor = visitor;
        _values = new JsonValueReader(scratch, visitor);
    }

    public void ReadResource(IResourceVisitor resource)
    {
        _values.Group = SpanGroup.Resource;
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
        _values.Group = SpanGroup.Resource;
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
                    _values.ReadAttributes(ref reader);
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
                    _values.Group = SpanGroup.Core;
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

        _values.Group = SpanGroup.Core;
        span.Core(core);
    }

    private void BeginAttributes(ISpanVisitor span)
    {
        _values.Group = SpanGroup.Attributes;
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
        _values.Group = SpanGroup.Events;
        span.BeginEvents();
    }

    private void BeginLinks(ISpanVisitor span)
    {
        _values.Group = SpanGroup.Links;
        span.BeginLinks();
    }

    private void ReadResourceAttributes(scoped ref Utf8JsonReader reader)
    {
        var members = new JsonObjectReader(JsonMembers.Resource);
        while (members.Read(ref reader, out var member))
        {
            if (member == JsonMember.ResourceAttributes && reader.TokenType == JsonTokenType.StartArray)
            {
                _values.ReadAttributes(ref reader);
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
                name = _values.ReadText(ref reader);
            }
            else if (member == JsonMember.ScopeVersion)
            {
                version = _values.ReadText(ref reader);
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
                core.TraceId = _values.ReadId(ref reader);
                break;
            case JsonMember.SpanSpanId:
                core.SpanId = _values.ReadId(ref reader);
                break;
            case JsonMember.SpanParentSpanId:
                core.ParentSpanId = _values.ReadId(ref reader);
                break;
            case JsonMember.SpanName:
                core.Name = _values.ReadText(ref reader);
                break;
            case JsonMember.SpanKind:
                core.Kind = _values.ReadUnsigned(ref reader);
                break;
            case JsonMember.SpanStartTime:
                core.StartTime = _values.ReadUnsigned(ref reader);
                break;
            case JsonMember.SpanEndTime:
                core.EndTime = _values.ReadUnsigned(ref reader);
                break;
            case JsonMember.SpanStatus when reader.TokenType == JsonTokenType.StartObject:
                ReadStatus(ref reader, ref core);
                break;
            case JsonMember.SpanStatus:
                _values.WrongType(ref reader);
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
                core.StatusMessage = _values.ReadText(ref reader);
            }
            else if (member == JsonMember.StatusCode)
            {
                core.StatusCode = _values.ReadUnsigned(ref reader);
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
            _values.WrongType(ref reader);
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
                _values.WrongType(ref reader);
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
                time = _values.ReadUnsigned(ref reader);
            }
            else if (member == JsonMember.EventName)
            {
                name = _values.ReadText(ref reader);
            }
            else if (member == JsonMember.EventAttributes)
            {
                _values.ReadAttributes(ref reader);
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
            _values.WrongType(ref reader);
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
                _values.WrongType(ref reader);
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
                traceId = _values.ReadId(ref reader);
            }
            else if (member == JsonMember.LinkSpanId)
            {
                spanId = _values.ReadId(ref reader);
            }
            else if (member == JsonMember.LinkAttributes)
            {
                _values.ReadAttributes(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }

        _visitor.EndMap();
        span.EndLink(traceId, spanId);
    }

    private readonly Utf8JsonReader Begin()
    {
        var reader = new Utf8JsonReader(_json, JsonTraceScanner.Options);
        reader.Read();
        return reader;
    }
}
