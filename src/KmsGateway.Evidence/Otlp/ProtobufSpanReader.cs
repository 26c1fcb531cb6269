namespace KmsGateway.Evidence.Otlp;

/// <summary>Reads one protobuf span, or the resource or scope above it, into a visitor.</summary>
/// <remarks>
/// What a sender may not do but a decoder can read is an issue of the group it stands in; reading goes on, so that the first reason in
/// the format's order can be named. Only bytes that are not protobuf end it.
/// </remarks>
internal ref struct ProtobufSpanReader(ReadOnlySpan<byte> body, IAttributeVisitor visitor)
{
    private readonly ReadOnlySpan<byte> _body = body;
    private ProtobufValueReader _values = new(visitor);

    public OtlpError ReadResource(Range resourceSpans, IResourceVisitor resource)
    {
        _values.Group = SpanGroup.Resource;
        resource.BeginResource();
        visitor.BeginMap();
        var seen = 0u;
        WireReader last = default;
        var fields = Message(resourceSpans);
        while (fields.Read())
        {
            switch (fields.Field)
            {
                case TraceFields.ResourceSpansResource when _values.Once(ref seen, fields, WireType.LengthDelimited):
                    last = fields.Message;
                    break;
                case TraceFields.ResourceSpansScopeSpans:
                    _values.Expect(fields, WireType.LengthDelimited);
                    break;
            }
        }

        _values.ReadAttributes(last, TraceFields.ResourceAttributes);
        visitor.EndMap();
        resource.EndResource();
        return Outcome(fields);
    }

    public OtlpError ReadScope(Range scopeSpans, IResourceVisitor resource)
    {
        _values.Group = SpanGroup.Resource;
        ReadOnlySpan<byte> name = default;
        ReadOnlySpan<byte> version = default;
        var seen = 0u;
        WireReader last = default;
        var fields = Message(scopeSpans);
        while (fields.Read())
        {
            switch (fields.Field)
            {
                case TraceFields.ScopeSpansScope when _values.Once(ref seen, fields, WireType.LengthDelimited):
                    last = fields.Message;
                    break;
                case TraceFields.ScopeSpansSpans:
                    _values.Expect(fields, WireType.LengthDelimited);
                    break;
            }
        }

        ReadScope(last, ref name, ref version);
        resource.Scope(name, version);
        return Outcome(fields);
    }

    public OtlpError ReadSpan(Range range, ISpanVisitor span)
    {
        ReadCore(range, span, out var hasEvents, out var hasLinks);
        _values.Group = SpanGroup.Attributes;
        span.BeginAttributes();
        visitor.BeginMap();
        _values.ReadAttributes(Message(range), TraceFields.SpanAttributes);
        visitor.EndMap();
        span.EndAttributes();
        _values.Group = SpanGroup.Events;
        span.BeginEvents();
        if (hasEvents)
        {
            ReadEvents(range, span);
        }

        span.EndEvents();
        _values.Group = SpanGroup.Links;
        span.BeginLinks();
        if (hasLinks)
        {
            ReadLinks(range, span);
        }

        span.EndLinks();
        return _values.IsMalformed ? OtlpError.BrokenProtobuf : OtlpError.None;
    }

    private void ReadScope(WireReader fields, ref ReadOnlySpan<byte> name, ref ReadOnlySpan<byte> version)
    {
        var seen = 0u;
        while (fields.Read())
        {
            switch (fields.Field)
            {
                case TraceFields.ScopeName when _values.Once(ref seen, fields, WireType.LengthDelimited):
                    name = fields.Value;
                    break;
                case TraceFields.ScopeVersion when _values.Once(ref seen, fields, WireType.LengthDelimited):
                    version = fields.Value;
                    break;
            }
        }

        _values.Note(fields);
    }

    private void ReadCore(Range range, ISpanVisitor span, out bool hasEvents, out bool hasLinks)
    {
        _values.Group = SpanGroup.Core;
        hasEvents = false;
        hasLinks = false;
        var core = default(SpanCore);
        WireReader status = default;
        var seen = 0u;
        var fields = Message(range);
        while (fields.Read())
        {
            switch (fields.Field)
            {
                case TraceFields.SpanTraceId when _values.Once(ref seen, fields, WireType.LengthDelimited):
                    core.TraceId = fields.Value;
                    break;
                case TraceFields.SpanSpanId when _values.Once(ref seen, fields, WireType.LengthDelimited):
                    core.SpanId = fields.Value;
                    break;
                case TraceFields.SpanParentSpanId when _values.Once(ref seen, fields, WireType.LengthDelimited):
                    core.ParentSpanId = fields.Value;
                    break;
                case TraceFields.SpanName when _values.Once(ref seen, fields, WireType.LengthDelimited):
                    core.Name = fields.Value;
                    break;
                case TraceFields.SpanKind when _values.Once(ref seen, fields, WireType.Varint):
                    core.Kind = fields.Number;
                    break;
                case TraceFields.SpanStartTime when _values.Once(ref seen, fields, WireType.Fixed64):
                    core.StartTime = fields.Number;
                    break;
                case TraceFields.SpanEndTime when _values.Once(ref seen, fields, WireType.Fixed64):
                    core.EndTime = fields.Number;
                    break;
                case TraceFields.SpanStatus when _values.Once(ref seen, fields, WireType.LengthDelimited):
                    status = fields.Message;
                    break;
                case TraceFields.SpanEvents:
                    hasEvents = true;
                    break;
                case TraceFields.SpanLinks:
                    hasLinks = true;
                    break;
            }
        }

        _values.Note(fields);
        ReadStatus(status, ref core);
        span.Core(core);
    }

    private void ReadStatus(WireReader fields, ref SpanCore core)
    {
        var seen = 0u;
        while (fields.Read())
        {
            switch (fields.Field)
            {
                case TraceFields.StatusMessage when _values.Once(ref seen, fields, WireType.LengthDelimited):
                    core.StatusMessage = fields.Value;
                    break;
                case TraceFields.StatusCode when _values.Once(ref seen, fields, WireType.Varint):
                    core.StatusCode = fields.Number;
                    break;
            }
        }

        _values.Note(fields);
    }

    private void ReadEvents(Range range, ISpanVisitor span)
    {
        var fields = Message(range);
        while (fields.Read())
        {
            if (fields.Field == TraceFields.SpanEvents && _values.Expect(fields, WireType.LengthDelimited))
            {
                ReadEvent(fields.Message, span);
            }
        }
    }

    private void ReadEvent(WireReader message, ISpanVisitor span)
    {
        span.BeginEvent();
        visitor.BeginMap();
        _values.ReadAttributes(message, TraceFields.EventAttributes);
        visitor.EndMap();
        ReadOnlySpan<byte> name = default;
        var time = 0ul;
        var seen = 0u;
        while (message.Read())
        {
            switch (message.Field)
            {
                case TraceFields.EventName when _values.Once(ref seen, message, WireType.LengthDelimited):
                    name = message.Value;
                    break;
                case TraceFields.EventTime when _values.Once(ref seen, message, WireType.Fixed64):
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
            if (fields.Field == TraceFields.SpanLinks && _values.Expect(fields, WireType.LengthDelimited))
            {
                ReadLink(fields.Message, span);
            }
        }
    }

    private void ReadLink(WireReader message, ISpanVisitor span)
    {
        span.BeginLink();
        visitor.BeginMap();
        _values.ReadAttributes(message, TraceFields.LinkAttributes);
        visitor.EndMap();
        ReadOnlySpan<byte> traceId = default;
        ReadOnlySpan<byte> spanId = default;
        var seen = 0u;
        while (message.Read())
        {
            switch (message.Field)
            {
                case TraceFields.LinkTraceId when _values.Once(ref seen, message, WireType.LengthDelimited):
                    traceId = message.Value;
                    break;
                case TraceFields.LinkSpanId when _values.Once(ref seen, message, WireType.LengthDelimited):
                    spanId = message.Value;
                    break;
            }
        }

        span.EndLink(traceId, spanId);
    }

    private readonly WireReader Message(Range range) => new(_body, range.Start.Value, range.End.Value);

    private OtlpError Outcome(scoped in WireReader reader)
    {
        _values.Note(reader);
        return _values.IsMalformed ? OtlpError.BrokenProtobuf : OtlpError.None;
    }
}
