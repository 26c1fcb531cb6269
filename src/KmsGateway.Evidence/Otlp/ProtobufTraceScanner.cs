namespace KmsGateway.Evidence.Otlp;

/// <summary>Finds spans in a protobuf request. Values, events and links are stepped over.</summary>
internal readonly ref struct ProtobufTraceScanner(
    ReadOnlySpan<byte> body, KeyPatterns wanted, KeyPatterns reserved, OtlpLimits limits, TraceScan scan)
{
    private readonly ReadOnlySpan<byte> _body = body;

    public OtlpError Scan()
    {
        var request = new WireReader(_body);
        while (request.Read())
        {
            if (request is { Field: TraceFields.RequestResourceSpans, Type: WireType.LengthDelimited }
                && ScanResourceSpans(request) is var error && error != OtlpError.None)
            {
                return error;
            }
        }

        return Outcome(request);
    }

    // The resource may stand behind the spans it describes, so its keys are looked at first.
    private OtlpError ScanResourceSpans(scoped in WireReader resourceSpans)
    {
        var resourceIsWanted = wanted.IsAll;
        var fields = resourceSpans.Message;
        while (fields.Read())
        {
            if (fields is { Field: TraceFields.ResourceSpansResource, Type: WireType.LengthDelimited }
                && MatchAttributes(fields.Message, TraceFields.ResourceAttributes, ref resourceIsWanted, out _) is var error
                && error != OtlpError.None)
            {
                return error;
            }
        }

        if (fields.IsMalformed)
        {
            return OtlpError.BrokenProtobuf;
        }

        var node = MessageNode.NoParent;
        fields = resourceSpans.Message;
        while (fields.Read())
        {
            if (fields is { Field: TraceFields.ResourceSpansScopeSpans, Type: WireType.LengthDelimited }
                && ScanScopeSpans(fields, resourceSpans, resourceIsWanted, ref node) is var error && error != OtlpError.None)
            {
                return error;
            }
        }

        return OtlpError.None;
    }

    private OtlpError ScanScopeSpans(
        scoped in WireReader scopeSpans, scoped in WireReader resourceSpans, bool resourceIsWanted, ref int resourceNode)
    {
        var scopeNode = MessageNode.NoParent;
        var fields = scopeSpans.Message;
        while (fields.Read())
        {
            if (fields is not { Field: TraceFields.ScopeSpansSpans, Type: WireType.LengthDelimited })
            {
                continue;
            }

            if (++scan.SpanCount > limits.MaxSpans)
            {
                return OtlpError.TooManySpans;
            }

            var isWanted = resourceIsWanted;
            if (MatchAttributes(fields.Message, TraceFields.SpanAttributes, ref isWanted, out var hasReserved) is var error
                && error != OtlpError.None)
            {
                return error;
            }

            if (!isWanted && !hasReserved && !scan.TakesAll)
            {
                continue;
            }

            if (resourceNode == MessageNode.NoParent)
            {
                resourceNode = AddNode(MessageNode.NoParent, resourceSpans);
            }

            if (scopeNode == MessageNode.NoParent)
            {
                scopeNode = AddNode(resourceNode, scopeSpans);
            }

            scan.Add(new SpanView
            {
                Index = scan.SpanCount - 1,
                ResourceSpans = resourceSpans.ValueStart..resourceSpans.ValueEnd,
                ScopeSpans = scopeSpans.ValueStart..scopeSpans.ValueEnd,
                Span = fields.ValueStart..fields.ValueEnd,
                IsWanted = isWanted,
                HasReserved = hasReserved,
                Node = AddNode(scopeNode, fields),
            });
        }

        return Outcome(fields);
    }

    private OtlpError MatchAttributes(WireReader message, int attributesField, ref bool isWanted, out bool hasReserved)
    {
        hasReserved = false;
        while (message.Read())
        {
            if (message.Field != attributesField || message.Type != WireType.LengthDelimited)
            {
                continue;
            }

            var keyValue = message.Message;
            while (keyValue.Read())
            {
                if (keyValue is { Field: TraceFields.KeyValueKey, Type: WireType.LengthDelimited })
                {
                    var key = keyValue.Value;
                    isWanted = isWanted || wanted.Matches(key);
                    hasReserved = hasReserved || reserved.Matches(key);
                }
            }

            if (keyValue.IsMalformed)
            {
                return OtlpError.BrokenProtobuf;
            }
        }

        return Outcome(message);
    }

    private int AddNode(int parent, scoped in WireReader field) =>
        scan.AddNode(parent, field.LengthStart, field.ValueStart, field.ValueEnd);

    private static OtlpError Outcome(scoped in WireReader reader) =>
        reader.IsMalformed ? OtlpError.BrokenProtobuf : OtlpError.None;
}
