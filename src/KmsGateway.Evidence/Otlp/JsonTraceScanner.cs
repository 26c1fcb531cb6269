using System.Text.Json;
using System.Text.Unicode;

namespace KmsGateway.Evidence.Otlp;

/// <summary>
/// Finds spans in a JSON request. Every OTLP object is walked, because a repeated or aliased member anywhere lets two receivers read two
/// different requests.
/// </summary>
internal readonly ref struct JsonTraceScanner(
    ReadOnlySpan<byte> body, KeyPatterns wanted, KeyPatterns reserved, OtlpLimits limits, TraceScan scan)
{
    /// <summary>Deeper than any receiver reads (json-iterator: 10,000), so that this is never the narrowest one.</summary>
    public const int MaxJsonDepth = 10_000;

    private readonly ReadOnlySpan<byte> _body = body;

    public static JsonReaderOptions Options => new() { MaxDepth = MaxJsonDepth };

    public OtlpError Scan()
    {
        if (!Utf8.IsValid(_body))
        {
            return OtlpError.BrokenJson;
        }

        try
        {
            var reader = new Utf8JsonReader(_body, Options);
            reader.Read();
            var error = ScanRequest(ref reader);

            // Anything but white space behind the value throws.
            return error != OtlpError.None || !reader.Read() ? error : OtlpError.BrokenJson;
        }
        catch (JsonException)
        {
            return OtlpError.BrokenJson;
        }
    }

    private OtlpError ScanRequest(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return OtlpError.BrokenJson;
        }

        var members = new JsonObjectReader(JsonMembers.Request);
        while (members.Read(ref reader, out var member))
        {
            if (member != JsonMember.RequestResourceSpans)
            {
                reader.Skip();
            }
            else if (reader.TokenType != JsonTokenType.Null)
            {
                if (reader.TokenType != JsonTokenType.StartArray)
                {
                    return OtlpError.BrokenJson;
                }

                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    if (ScanResourceSpans(ref reader) is var error && error != OtlpError.None)
                    {
                        return error;
                    }
                }
            }
        }

        return members.Error;
    }

    private OtlpError ScanResourceSpans(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return OtlpError.BrokenJson;
        }

        var start = (int)reader.TokenStartIndex;
        var first = scan.Spans.Length;
        var resourceIsWanted = wanted.IsAll;
        var error = OtlpError.None;
        var members = new JsonObjectReader(JsonMembers.ResourceSpans);
        while (error == OtlpError.None && members.Read(ref reader, out var member))
        {
            switch (member)
            {
                case JsonMember.ResourceSpansResource when reader.TokenType != JsonTokenType.Null:
                    error = ScanResource(ref reader, ref resourceIsWanted);
                    break;
                case JsonMember.ResourceSpansScopeSpans when reader.TokenType != JsonTokenType.Null:
                    error = ScanScopeSpansArray(ref reader);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        // The resource may stand behind the spans it describes: only now is known which of them were asked for.
        scan.CloseResourceSpans(first, start..(int)reader.BytesConsumed, resourceIsWanted);
        return error != OtlpError.None ? error : members.Error;
    }

    private OtlpError ScanResource(ref Utf8JsonReader reader, ref bool isWanted)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return OtlpError.BrokenJson;
        }

        var members = new JsonObjectReader(JsonMembers.Resource);
        while (members.Read(ref reader, out var member))
        {
            if (member != JsonMember.ResourceAttributes)
            {
                reader.Skip();
            }
            else if (ScanAttributes(ref reader, ref isWanted, out _, out _) is var error && error != OtlpError.None)
            {
                return error;
            }
        }

        return members.Error;
    }

    private OtlpError ScanScopeSpansArray(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return OtlpError.BrokenJson;
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var first = scan.Spans.Length;
            var start = (int)reader.TokenStartIndex;
            if (ScanScopeSpans(ref reader) is var error && error != OtlpError.None)
            {
                return error;
            }

            scan.CloseScopeSpans(first, start..(int)reader.BytesConsumed);
        }

        return OtlpError.None;
    }

    private OtlpError ScanScopeSpans(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return OtlpError.BrokenJson;
        }

        var error = OtlpError.None;
        var members = new JsonObjectReader(JsonMembers.ScopeSpans);
        while (error == OtlpError.None && members.Read(ref reader, out var member))
        {
            switch (member)
            {
                case JsonMember.ScopeSpansScope when reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.Null):
                    return OtlpError.BrokenJson;
                case JsonMember.ScopeSpansScope:
                    error = JsonObjectWalk.Scope(ref reader);
                    break;
                case JsonMember.ScopeSpansSpans when reader.TokenType != JsonTokenType.Null:
                    error = ScanSpans(ref reader);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return error != OtlpError.None ? error : members.Error;
    }

    private OtlpError ScanSpans(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return OtlpError.BrokenJson;
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (++scan.SpanCount > limits.MaxSpans)
            {
                return OtlpError.TooManySpans;
            }

            if (ScanSpan(ref reader) is var error && error != OtlpError.None)
            {
                return error;
            }
        }

        return OtlpError.None;
    }

    private OtlpError ScanSpan(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return OtlpError.BrokenJson;
        }

        var start = (int)reader.TokenStartIndex;
        var view = default(SpanView);
        var hasMembers = false;
        var error = OtlpError.None;
        var members = new JsonObjectReader(JsonMembers.Span);
        while (error == OtlpError.None && members.Read(ref reader, out var member))
        {
            hasMembers = true;
            error = member switch
            {
                JsonMember.SpanAttributes => ScanAttributes(ref reader, ref view.IsWanted, out view.HasReserved, out view.JsonAttributes),
                JsonMember.SpanEvents => JsonObjectWalk.Each(ref reader, JsonMembers.Event),
                JsonMember.SpanLinks => JsonObjectWalk.Each(ref reader, JsonMembers.Link),
                JsonMember.SpanStatus => JsonObjectWalk.Object(ref reader, JsonMembers.Status),
                _ => JsonObjectWalk.Skip(ref reader),
            };
        }

        if (view.JsonAttributes.Form == JsonAttributesForm.Absent)
        {
            view.JsonAttributes.Position = (int)reader.TokenStartIndex;
            view.JsonAttributes.NeedsComma = hasMembers;
        }

        view.Index = scan.SpanCount - 1;
        view.Span = start..(int)reader.BytesConsumed;
        scan.Add(view);
        return error != OtlpError.None ? error : members.Error;
    }

    private OtlpError ScanAttributes(ref Utf8JsonReader reader, ref bool isWanted, out bool hasReserved, out JsonAttributesView view)
    {
        hasReserved = false;
        view = default;
        view.Position = (int)reader.TokenStartIndex;
        if (reader.TokenType == JsonTokenType.Null)
        {
            view.Form = JsonAttributesForm.Null;
            return OtlpError.None;
        }

        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return OtlpError.BrokenJson;
        }

        view.Form = JsonAttributesForm.Array;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            view.NeedsComma = true;
            if (ScanKeyValue(ref reader, ref isWanted, ref hasReserved) is var error && error != OtlpError.None)
            {
                return error;
            }
        }

        view.Position = (int)reader.TokenStartIndex;
        return OtlpError.None;
    }

    private OtlpError ScanKeyValue(ref Utf8JsonReader reader, ref bool isWanted, ref bool hasReserved)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return OtlpError.BrokenJson;
        }

        var error = OtlpError.None;
        var members = new JsonObjectReader(JsonMembers.KeyValue);
        while (error == OtlpError.None && members.Read(ref reader, out var member))
        {
            switch (member)
            {
                case JsonMember.KeyValueKey when reader.TokenType == JsonTokenType.String:
                    MatchKey(ref reader, ref isWanted, ref hasReserved);
                    break;
                case JsonMember.KeyValueKey when reader.TokenType != JsonTokenType.Null:
                    return OtlpError.BrokenJson;
                case JsonMember.KeyValueValue:
                    error = JsonObjectWalk.AnyValue(ref reader, depth: 1);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return error != OtlpError.None ? error : members.Error;
    }

    private void MatchKey(ref Utf8JsonReader reader, ref bool isWanted, ref bool hasReserved)
    {
        var key = reader.ValueSpan;
        if (reader.ValueIsEscaped)
        {
            var unescaped = new byte[key.Length];
            JsonText.TryUnescape(key, unescaped, out var length);
            key = unescaped.AsSpan(0, length);
        }

        isWanted = isWanted || wanted.Matches(key);
        hasReserved = hasReserved || reserved.Matches(key);
    }
}
