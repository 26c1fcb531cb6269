using System.Text.Json;

namespace KmsGateway.Evidence.Otlp;

/// <summary>Finds attributes of a JSON span, its events and links by their keys. The scanner has seen the whole request before.</summary>
internal ref struct JsonAttributeFinder(ReadOnlySpan<byte> body, Span<byte> scratch, AttributeSearch search)
{
    private readonly ReadOnlySpan<byte> _body = body;
    private readonly Span<byte> _scratch = scratch;
    private int _start;

    public void Find(in SpanView span, ref FoundSpan found)
    {
        _start = span.Span.Start.Value;
        var reader = new Utf8JsonReader(_body[span.Span], JsonTraceScanner.Options);
        reader.Read();
        var members = new JsonObjectReader(JsonMembers.Span);
        while (members.Read(ref reader, out var member))
        {
            switch (member)
            {
                case JsonMember.SpanTraceId when reader.TokenType == JsonTokenType.String:
                    found.TraceId = Token(reader);
                    break;
                case JsonMember.SpanSpanId when reader.TokenType == JsonTokenType.String:
                    found.SpanId = Token(reader);
                    break;
                case JsonMember.SpanAttributes:
                    FindIn(ref reader, AttributeScope.Span);
                    break;
                case JsonMember.SpanEvents:
                    FindBelow(ref reader, AttributeScope.Event, JsonMembers.Event, JsonMember.EventAttributes);
                    break;
                case JsonMember.SpanLinks:
                    FindBelow(ref reader, AttributeScope.Link, JsonMembers.Link, JsonMember.LinkAttributes);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }
    }

    // What is no list of objects is no attribute, event or link: the canonical form will say so.
    private readonly void FindBelow(scoped ref Utf8JsonReader reader, AttributeScope scope, JsonMembers names, int attributes)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                reader.Skip();
                continue;
            }

            var members = new JsonObjectReader(names);
            while (members.Read(ref reader, out var member))
            {
                if (member == attributes)
                {
                    FindIn(ref reader, scope);
                }
                else
                {
                    reader.Skip();
                }
            }
        }
    }

    private readonly void FindIn(scoped ref Utf8JsonReader reader, AttributeScope scope)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.StartObject)
            {
                Match(ref reader, scope);
            }
            else
            {
                reader.Skip();
            }
        }
    }

    private readonly void Match(scoped ref Utf8JsonReader reader, AttributeScope scope)
    {
        var start = _start + (int)reader.TokenStartIndex;
        var matches = false;
        Range key = default;
        var members = new JsonObjectReader(JsonMembers.KeyValue);
        while (members.Read(ref reader, out var member))
        {
            if (member == JsonMember.KeyValueKey && reader.TokenType == JsonTokenType.String)
            {
                matches = search.Keys(scope).Matches(Text(reader));
                key = Token(reader);
            }
            else
            {
                reader.Skip();
            }
        }

        if (matches)
        {
            search.Add(new AttributeView { Scope = scope, KeyValue = start..(_start + (int)reader.BytesConsumed), Key = key });
        }
    }

    private readonly ReadOnlySpan<byte> Text(scoped in Utf8JsonReader token)
    {
        JsonText.TryUnescape(token.ValueSpan, _scratch, out var length);
        return _scratch[..length];
    }

    private readonly Range Token(scoped in Utf8JsonReader reader) =>
        (_start + (int)reader.TokenStartIndex)..(_start + (int)reader.BytesConsumed);
}
