namespace KmsGateway.Evidence.Otlp;

/// <summary>Reads one protobuf span, or the resource or scope above it, into a visitor.</summary>
/// <remarks>
/// What a sender may not do but a decoder can read is an issue of the group it stands in; reading goes on, so that the first reason in
/// the format's order can be named. Only bytes that are not protobuf end it.
/// </remarks>
internal ref struct ProtobufSpanReader(ReadOnlySpan<byte> body, IAttributeVisitor visitor)
{
    private readonly ReadOnlySpan<byte> _body = body;
    private SpanGroup _group;
    private bool _isMalformed;

    public OtlpError ReadResource(Range resourceSpans, IResourceVisitor resource)
    {
        _group = SpanGroup.Resource;
        resource.BeginResource();
        visitor.BeginMap();
        var seen = 0u;
        var fields = Message(resourceSpans);
        while (fields.Read())
        {
            switch (fields.Field)
            {
                case TraceFields.ResourceSpansResource when Once(ref seen, fields, WireType.LengthDelimited):
                    ReadAttributes(fields.Message, TraceFields.ResourceAttributes);
                    break;
                case TraceFields.ResourceSpansScopeSpans:
                    Expect(fields, WireType.LengthDelimited);
                    break;
            }
        }

        visitor.EndMap();
        resource.EndResource();
        return Outcome(fields);
    }

    public OtlpError ReadScope(Range scopeSpans, IResourceVisitor resource)
    {
        _group = SpanGroup.Resource;
        ReadOnlySpan<byte> name = default;
        ReadOnlySpan<byte> version = default;
        var seen = 0u;
        var fields = Message(scopeSpans);
        while (fields.Read())
        {
            switch (fields.Field)
            {
                case TraceFields.ScopeSpansScope when Once(ref seen, fields, WireType.LengthDelimited):
                    ReadScope(fields.Message, ref name, ref version);
                    break;
                case TraceFields.ScopeSpansSpans:
                    Expect(fields, WireType.LengthDelimited);
                    break;
            }
        }

        resource.Scope(name, version);
        return Outcome(fields);
    }

    public OtlpError ReadSpan(Range range, ISpanVisitor span)
    {
        ReadCore(range, span, out var hasEvents, out var hasLinks);
        _group = SpanGroup.Attributes;
        span.BeginAttributes();
        visitor.BeginMap();
        ReadAttributes(Message(range), TraceFields.SpanAttributes);
        visitor.EndMap();
        span.EndAttributes();
        _group = SpanGroup.Events;
        span.BeginEvents();
        if (hasEvents)
        {
            ReadEvents(range, span);
        }

        span.EndEvents();
        _group = SpanGroup.Links;
        span.BeginLinks();
        if (hasLinks)
        {
            ReadLinks(range, span);
        }

        span.EndLinks();
        return _isMalformed ? OtlpError.BrokenProtobuf : OtlpError.None;
    }

    private void ReadScope(WireReader fields, ref ReadOnlySpan<byte> name, ref ReadOnlySpan<byte> version)
    {
        var seen = 0u;
        while (fields.Read())
        {
            switch (fields.Field)
            {
                case TraceFields.ScopeName when Once(ref seen, fields, WireType.LengthDelimited):
                    name = fields.Value;
                    break;
                case TraceFields.ScopeVersion when Once(ref seen, fields, WireType.LengthDelimited):
                    version = fields.Value;
                    break;
            }
        }

        Note(fields);
    }

    private void ReadCore(Range range, ISpanVisitor span, out bool hasEvents, out bool hasLinks)
    {
        _group = SpanGroup.Core;
        hasEvents = false;
        hasLinks = false;
        var core = default(SpanCore);
        var seen = 0u;
        var fields = Message(range);
        while (fields.Read())
        {
            switch (fields.Field)
            {
                case TraceFields.SpanTraceId when Once(ref seen, fields, WireType.LengthDelimited):
                    core.TraceId = fields.Value;
                    break;
                case TraceFields.SpanSpanId when Once(ref seen, fields, WireType.LengthDelimited):
                    core.SpanId = fields.Value;
                    break;
                case TraceFields.SpanParentSpanId when Once(ref seen, fields, WireType.LengthDelimited):
                    core.ParentSpanId = fields.Value;
                    break;
                case TraceFields.SpanName when Once(ref seen, fields, WireType.LengthDelimited):
                    core.Name = fields.Value;
                    break;
                case TraceFields.SpanKind when Once(ref seen, fields, WireType.Varint):
                    core.Kind = fields.Number;
                    break;
                case TraceFields.SpanStartTime when Once(ref seen, fields, WireType.Fixed64):
                    core.StartTime = fields.Number;
                    break;
                case TraceFields.SpanEndTime when Once(ref seen, fields, WireType.Fixed64):
                    core.EndTime = fields.Number;
                    break;
                case TraceFields.SpanStatus when Once(ref seen, fields, WireType.LengthDelimited):
                    ReadStatus(fields.Message, ref core);
                    break;
                case TraceFields.SpanEvents:
                    hasEvents = true;
                    break;
                case TraceFields.SpanLinks:
                    hasLinks = true;
                    break;
            }
        }

        Note(fields);
        span.Core(core);
    }

    private void ReadStatus(WireReader fields, ref SpanCore core)
    {
        var seen = 0u;
        while (fields.Read())
        {
            switch (fields.Field)
            {
                case TraceFields.StatusMessage when Once(ref seen, fields, WireType.LengthDelimited):
                    core.StatusMessage = fields.Value;
                    break;
                case TraceFields.StatusCode when Once(ref seen, fields, WireType.Varint):
                    core.StatusCode = fields.Number;
                    break;
            }
        }

        Note(fields);
    }

    private void ReadEvents(Range range, ISpanVisitor span)
    {
        var fields = Message(range);
        while (fields.Read())
        {
            if (fields.Field == TraceFields.SpanEvents && Expect(fields, WireType.LengthDelimited))
            {
                ReadEvent(fields.Message, span);
            }
        }
    }

    private void ReadEvent(WireReader message, ISpanVisitor span)
    {
        span.BeginEvent();
        visitor.BeginMap();
        ReadAttributes(message, TraceFields.EventAttributes);
        visitor.EndMap();
        ReadOnlySpan<byte> name = default;
        var time = 0ul;
        var seen = 0u;
        while (message.Read())
        {
            switch (message.Field)
            {
                case TraceFields.EventName when Once(ref seen, message, WireType.LengthDelimited):
                    name = message.Value;
                    break;
                case TraceFields.EventTime when Once(ref seen, message, WireType.Fixed64):
                    time = message.Number;
                    break;
            }
        }

        span.EndEvent(name, time);
    }

    private void ReadLinks(Range range, ISpanVisitor span)
    {
        var fields = Message(range);
        while (fields.Read())
        {
            if (fields.Field == TraceFields.SpanLinks && Expect(fields, WireType.LengthDelimited))
            {
                ReadLink(fields.Message, span);
            }
        }
    }

    private void ReadLink(WireReader message, ISpanVisitor span)
    {
        span.BeginLink();
        visitor.BeginMap();
        ReadAttributes(message, TraceFields.LinkAttributes);
        visitor.EndMap();
        ReadOnlySpan<byte> traceId = default;
        ReadOnlySpan<byte> spanId = default;
        var seen = 0u;
        while (message.Read())
        {
            switch (message.Field)
            {
                case TraceFields.LinkTraceId when Once(ref seen, message, WireType.LengthDelimited):
                    traceId = message.Value;
                    break;
                case TraceFields.LinkSpanId when Once(ref seen, message, WireType.LengthDelimited):
                    spanId = message.Value;
                    break;
            }
        }

        span.EndLink(traceId, spanId);
    }

    private void ReadAttributes(WireReader message, int attributesField)
    {
        while (message.Read())
        {
            if (message.Field == attributesField && Expect(message, WireType.LengthDelimited))
            {
                ReadKeyValue(message.Message, depth: 1);
            }
        }

        Note(message);
    }

    // The value may stand before its key, and what is wrong with either is told behind the key.
    private void ReadKeyValue(WireReader fields, int depth)
    {
        visitor.Key(FindKey(fields));
        WireReader value = default;
        var hasValue = false;
        var seen = 0u;
        while (fields.Read())
        {
            switch (fields.Field)
            {
                case TraceFields.KeyValueKey:
                    Once(ref seen, fields, WireType.LengthDelimited);
                    break;
                case TraceFields.KeyValueValue:
                    if (Once(ref seen, fields, WireType.LengthDelimited))
                    {
                        value = fields.Message;
                        hasValue = true;
                    }

                    break;
                case TraceFields.KeyValueKeyStrindex:
                    Issue(SpanIssues.Strindex);
                    break;
                default:
                    Issue(SpanIssues.UnknownField);
                    break;
            }
        }

        Note(fields);
        if (hasValue)
        {
            ReadAnyValue(value, depth);
        }
        else
        {
            visitor.Empty();
        }
    }

    private static ReadOnlySpan<byte> FindKey(WireReader fields)
    {
        ReadOnlySpan<byte> key = default;
        while (fields.Read())
        {
            if (fields is { Field: TraceFields.KeyValueKey, Type: WireType.LengthDelimited })
            {
                key = fields.Value;
            }
        }

        return key;
    }

    private void ReadAnyValue(WireReader fields, int depth)
    {
        // A copy stands on the member to be read: the walk goes on to see that there is no other.
        WireReader member = default;
        var members = 0;
        while (fields.Read())
        {
            switch (fields.Field)
            {
                case TraceFields.AnyValueStringStrindex:
                    members++;
                    Issue(SpanIssues.Strindex);
                    break;
                case >= TraceFields.AnyValueString and <= TraceFields.AnyValueBytes:
                    members++;
                    if (Expect(fields, MemberType(fields.Field)))
                    {
                        member = fields;
                    }

                    break;
                default:
                    Issue(SpanIssues.UnknownField);
                    break;
            }
        }

        Note(fields);
        if (members > 1)
        {
            Issue(SpanIssues.RepeatedField);
        }

        VisitMember(member, depth);
    }

    private void VisitMember(WireReader member, int depth)
    {
        switch (member.Field)
        {
            case TraceFields.AnyValueString:
                visitor.String(member.Value);
                break;
            case TraceFields.AnyValueBool:
                visitor.Bool(member.Number != 0);
                break;
            case TraceFields.AnyValueInt:
                visitor.Int((long)member.Number);
                break;
            case TraceFields.AnyValueDouble:
                visitor.Double(BitConverter.UInt64BitsToDouble(member.Number));
                break;
            case TraceFields.AnyValueBytes:
                visitor.Bytes(member.Value);
                break;
            case TraceFields.AnyValueArray:
                visitor.BeginArray();
                ReadList(member.Message, isMap: false, depth);
                visitor.EndArray();
                break;
            case TraceFields.AnyValueKvlist:
                visitor.BeginMap();
                ReadList(member.Message, isMap: true, depth);
                visitor.EndMap();
                break;
            default:
                visitor.Empty();
                break;
        }
    }

    private void ReadList(WireReader list, bool isMap, int depth)
    {
        while (list.Read())
        {
            if (list.Field != TraceFields.ListValues)
            {
                Issue(SpanIssues.UnknownField);
            }
            else if (depth == OtlpLimits.MaxDepth)
            {
                Issue(SpanIssues.Depth);
            }
            else if (Expect(list, WireType.LengthDelimited))
            {
                if (isMap)
                {
                    ReadKeyValue(list.Message, depth + 1);
                }
                else
                {
                    ReadAnyValue(list.Message, depth + 1);
                }
            }
        }

        Note(list);
    }

    private static WireType MemberType(int field) => field switch
    {
        TraceFields.AnyValueBool or TraceFields.AnyValueInt => WireType.Varint,
        TraceFields.AnyValueDouble => WireType.Fixed64,
        _ => WireType.LengthDelimited,
    };

    private readonly WireReader Message(Range range) => new(_body, range.Start.Value, range.End.Value);

    private readonly bool Once(ref uint seen, scoped in WireReader field, WireType type)
    {
        var bit = 1u << field.Field;
        if ((seen & bit) != 0)
        {
            Issue(SpanIssues.RepeatedField);
        }

        seen |= bit;
        return Expect(field, type);
    }

    private readonly bool Expect(scoped in WireReader field, WireType type)
    {
        if (field.Type == type)
        {
            return true;
        }

        Issue(SpanIssues.WireType);
        return false;
    }

    private readonly void Issue(SpanIssues issue) => visitor.Issue(_group, issue);

    private void Note(scoped in WireReader reader) => _isMalformed |= reader.IsMalformed;

    private OtlpError Outcome(scoped in WireReader reader)
    {
        Note(reader);
        return _isMalformed ? OtlpError.BrokenProtobuf : OtlpError.None;
    }
}
