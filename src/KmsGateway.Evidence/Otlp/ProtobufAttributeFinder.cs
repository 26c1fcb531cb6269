namespace KmsGateway.Evidence.Otlp;

/// <summary>Finds attributes of a protobuf span, its events and links by their keys. Values are stepped over.</summary>
internal readonly ref struct ProtobufAttributeFinder(ReadOnlySpan<byte> body, TraceScan scan, AttributeSearch search)
{
    private readonly ReadOnlySpan<byte> _body = body;

    public OtlpError Find(in SpanView span, ref FoundSpan found)
    {
        var fields = new WireReader(_body, span.Span.Start.Value, span.Span.End.Value);
        while (fields.Read())
        {
            if (fields.Type == WireType.LengthDelimited && !TryFind(fields, span.Node, ref found))
            {
                return OtlpError.BrokenProtobuf;
            }
        }

        return fields.IsMalformed ? OtlpError.BrokenProtobuf : OtlpError.None;
    }

    private bool TryFind(scoped in WireReader field, int spanNode, ref FoundSpan found)
    {
        switch (field.Field)
        {
            case TraceFields.SpanTraceId:
                found.TraceId = field.ValueStart..field.ValueEnd;
                return true;
            case TraceFields.SpanSpanId:
                found.SpanId = field.ValueStart..field.ValueEnd;
                return true;
            case TraceFields.SpanAttributes:
                var node = spanNode;
                return TryMatch(field, AttributeScope.Span, MessageNode.NoParent, default, ref node);
            case TraceFields.SpanEvents:
                return TryFindBelow(field, AttributeScope.Event, TraceFields.EventAttributes, spanNode);
            case TraceFields.SpanLinks:
                return TryFindBelow(field, AttributeScope.Link, TraceFields.LinkAttributes, spanNode);
            default:
                return true;
        }
    }

    private bool TryFindBelow(scoped in WireReader message, AttributeScope scope, int attributesField, int spanNode)
    {
        var node = MessageNode.NoParent;
        var fields = message.Message;
        while (fields.Read())
        {
            if (fields.Type == WireType.LengthDelimited && fields.Field == attributesField
                && !TryMatch(fields, scope, spanNode, message, ref node))
            {
                return false;
            }
        }

        return !fields.IsMalformed;
    }

    /// <param name="keyValue">Stands on the attribute.</param>
    /// <param name="scope">Of the attribute.</param>
    /// <param name="parent">The node of the span, if the attribute is that of an event or link.</param>
    /// <param name="message">That event or link.</param>
    /// <param name="node">What holds the attribute; made when it is needed first.</param>
    private bool TryMatch(scoped in WireReader keyValue, AttributeScope scope, int parent, scoped in WireReader message, ref int node)
    {
        var patterns = search.Keys(scope);
        var matches = false;
        Range key = default;
        var fields = keyValue.Message;
        while (fields.Read())
        {
            if (fields is { Field: TraceFields.KeyValueKey, Type: WireType.LengthDelimited })
            {
                matches = matches || patterns.Matches(fields.Value);
                key = fields.ValueStart..fields.ValueEnd;
            }
        }

        if (matches && !fields.IsMalformed)
        {
            if (node == MessageNode.NoParent)
            {
                node = scan.AddNode(parent, message.LengthStart, message.ValueStart, message.ValueEnd);
            }

            search.Add(new AttributeView
            {
                Scope = scope,
                KeyValue = keyValue.ValueStart..keyValue.ValueEnd,
                Key = key,
                LengthStart = keyValue.LengthStart,
                Node = node,
            });
        }

        return !fields.IsMalformed;
    }
}
