using System.Buffers;
using System.Text.Json;

namespace KmsGateway.Evidence.Otlp;

/// <summary>OTLP/trace as JSON, spliced by offset: no byte is written anew but what is added.</summary>
public sealed class JsonTraceEncoding : ITraceEncoding
{
    public static JsonTraceEncoding Instance { get; } = new();

    public byte RawValueMark => 1;

    private static ReadOnlySpan<byte> BeforeKey => "{\"key\":"u8;

    private static ReadOnlySpan<byte> BeforeValue => ",\"value\":{\"stringValue\":\""u8;

    private static ReadOnlySpan<byte> AfterValue => "\"}}"u8;

    public OtlpError Scan(ReadOnlyMemory<byte> body, KeyPatterns wanted, KeyPatterns reserved, OtlpLimits limits, TraceScan scan) =>
        new JsonTraceScanner(body.Span, wanted, reserved, limits, scan).Scan();

    public OtlpError ReadResource(ReadOnlySpan<byte> body, in SpanView span, IResourceVisitor visitor)
    {
        using var scratch = new JsonScratch(body[span.ResourceSpans]);
        new JsonSpanReader(body[span.ResourceSpans], scratch.Bytes, visitor).ReadResource(visitor);
        return OtlpError.None;
    }

    public OtlpError ReadScope(ReadOnlySpan<byte> body, in SpanView span, IResourceVisitor visitor)
    {
        using var scratch = new JsonScratch(body[span.ScopeSpans]);
        new JsonSpanReader(body[span.ScopeSpans], scratch.Bytes, visitor).ReadScope(visitor);
        return OtlpError.None;
    }

    public OtlpError ReadSpan(ReadOnlySpan<byte> body, in SpanView span, ISpanVisitor visitor)
    {
        using var scratch = new JsonScratch(body[span.Span]);
        new JsonSpanReader(body[span.Span], scratch.Bytes, visitor).ReadSpan(visitor);
        return OtlpError.None;
    }

    public void WriteAttribute(IBufferWriter<byte> output, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, bool isFirst)
    {
        if (!isFirst)
        {
            output.Write(","u8);
        }

        output.Write("{\"key\":\""u8);
        output.Write(key);
        output.Write("\",\"value\":{\"stringValue\":\""u8);
        output.Write(value);
        output.Write("\"}}"u8);
    }

    public void AppendAttributes(TraceSplicer splicer, in SpanView span, ReadOnlySpan<byte> attributes)
    {
        var view = span.JsonAttributes;
        var comma = view.NeedsComma ? ","u8 : default;
        switch (view.Form)
        {
            case JsonAttributesForm.Array:
                splicer.Replace(view.Position, 0, [.. comma, .. attributes]);
                break;
            case JsonAttributesForm.Null:
                splicer.Replace(view.Position, "null"u8.Length, [.. "["u8, .. attributes, .. "]"u8]);
                break;
            default:
                splicer.Replace(view.Position, 0, [.. comma, .. "\"attributes\":["u8, .. attributes, .. "]"u8]);
                break;
        }
    }

    public void RenameAttributes(
        TraceSplicer splicer, ReadOnlySpan<byte> body, in SpanView span, KeyPatterns reserved, ReadOnlySpan<byte> suffix)
    {
        var start = span.Span.Start.Value;
        using var scratch = new JsonScratch(body[span.Span]);
        var reader = new Utf8JsonReader(body[span.Span], JsonTraceScanner.Options);
        reader.Read();
        var members = new JsonObjectReader(JsonMembers.Span);
        while (members.Read(ref reader, out var member))
        {
            if (member != JsonMember.SpanAttributes || reader.TokenType != JsonTokenType.StartArray)
            {
                reader.Skip();
                continue;
            }

            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                RenameKey(ref reader, splicer, start, scratch.Bytes, reserved, suffix);
            }
        }
    }

    // Of a string token, or of none.
    private static ReadOnlySpan<byte> Text(ReadOnlySpan<byte> token)
    {
        var raw = token.Length == 0 ? token : token[1..^1];
        if (!raw.Contains((byte)'\\'))
        {
            return raw;
        }

        var text = new byte[raw.Length];
        JsonText.TryUnescape(raw, text, out var length);
        return text.AsSpan(0, length);
    }

    private static void RenameKey(
        ref Utf8JsonReader reader, TraceSplicer splicer, int start, Span<byte> scratch, KeyPatterns reserved, ReadOnlySpan<byte> suffix)
    {
        var members = new JsonObjectReader(JsonMembers.KeyValue);
        while (members.Read(ref reader, out var member))
        {
            if (member == JsonMember.KeyValueKey && reader.TokenType == JsonTokenType.String)
            {
                JsonText.TryUnescape(reader.ValueSpan, scratch, out var length);
                if (reserved.Matches(scratch[..length]))
                {
                    var token = start + (int)reader.TokenStartIndex;
                    var tokenLength = (int)(reader.BytesConsumed - reader.TokenStartIndex);
                    splicer.Replace(token, tokenLength, [.. "\""u8, .. scratch[..length], .. suffix, .. "\""u8]);
                }
            }
            else
            {
                reader.Skip();
            }
        }
    }

    public OtlpError FindAttributes(ReadOnlySpan<byte> body, TraceScan scan, int span, AttributeSearch search, out int found)
    {
        var view = scan.Spans[span];
        var begun = search.Begin();
        begun.Span = span;
        using var scratch = new JsonScratch(body[view.Span]);
        new JsonAttributeFinder(body, scratch.Bytes, search).Find(view, ref begun);
        found = search.End(begun);
        return OtlpError.None;
    }

    public bool TryReadId(ReadOnlySpan<byte> body, Range id, Span<byte> destination)
    {
        var hex = Text(body[id]);
        return hex.Length == 2 * destination.Length
            && Convert.FromHexString(hex, destination, out _, out _) == OperationStatus.Done
            && destination.ContainsAnyExcept((byte)0);
    }

    public ReadOnlySpan<byte> ReadKey(ReadOnlySpan<byte> body, in AttributeView attribute) => Text(body[attribute.Key]);

    public OtlpError ReadAttribute(ReadOnlySpan<byte> body, in AttributeView attribute, IAttributeVisitor visitor)
    {
        var json = body[attribute.KeyValue];
        using var scratch = new JsonScratch(json);
        var reader = new Utf8JsonReader(json, JsonTraceScanner.Options);
        reader.Read();
        new JsonValueReader(scratch.Bytes, visitor) { Group = SpanGroups.Of(attribute.Scope) }.ReadKeyValue(ref reader, depth: 1);
        return OtlpError.None;
    }

    public Span<byte> ReplaceValue(TraceSplicer splicer, ReadOnlySpan<byte> body, in AttributeView attribute, int length)
    {
        var key = body[attribute.Key];
        var rest = splicer.Replace(
            attribute.KeyValue.Start.Value,
            attribute.KeyValue.End.Value - attribute.KeyValue.Start.Value,
            BeforeKey.Length + key.Length + BeforeValue.Length + length + AfterValue.Length);
        BeforeKey.CopyTo(rest);
        rest = rest[BeforeKey.Length..];
        key.CopyTo(rest);
        rest = rest[key.Length..];
        BeforeValue.CopyTo(rest);
        rest = rest[BeforeValue.Length..];
        AfterValue.CopyTo(rest[length..]);
        return rest[..length];
    }

    public void ReplaceAttribute(TraceSplicer splicer, in AttributeView attribute, ReadOnlySpan<byte> keyValue) =>
        splicer.Replace(
            attribute.KeyValue.Start.Value, attribute.KeyValue.End.Value - attribute.KeyValue.Start.Value, keyValue);
}
