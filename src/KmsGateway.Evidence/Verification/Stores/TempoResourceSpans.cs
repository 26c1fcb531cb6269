using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;
using KmsGateway.Evidence.Otlp;

namespace KmsGateway.Evidence.Verification.Stores;

/// <summary>
/// A ResourceSpans as Tempo writes it: OTLP/JSON, but with ids in base64 and enums by name, as protobuf's own JSON has them. Every other byte
/// is copied.
/// </summary>
internal static class TempoResourceSpans
{
    private const int MaxIdBytes = 16;

    /// <remarks>By the names of members, wherever they stand: where they mean something else, nothing is read (docs/format.md, J-7).</remarks>
    public static void Write(ReadOnlySpan<byte> json, IBufferWriter<byte> output)
    {
        var copied = 0;
        Span<byte> value = stackalloc byte[2 + (2 * MaxIdBytes)];
        var reader = new Utf8JsonReader(json, JsonTraceScanner.Options);
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.PropertyName || MemberOf(reader) is var member && member == Member.Other)
            {
                continue;
            }

            reader.Read();
            if (reader.TokenType == JsonTokenType.String && TryTranslate(reader, member, value, out var length))
            {
                output.Write(json[copied..(int)reader.TokenStartIndex]);
                output.Write(value[..length]);
                copied = (int)reader.BytesConsumed;
            }
        }

        output.Write(json[copied..]);
    }

    private static Member MemberOf(in Utf8JsonReader reader)
    {
        if (JsonText.Equals(reader, "traceId"u8))
        {
            return Member.TraceId;
        }

        if (JsonText.Equals(reader, "spanId"u8) || JsonText.Equals(reader, "parentSpanId"u8))
        {
            return Member.SpanId;
        }

        return JsonText.Equals(reader, "kind"u8) ? Member.Kind
            : JsonText.Equals(reader, "code"u8) ? Member.Code
            : Member.Other;
    }

    private static bool TryTranslate(in Utf8JsonReader token, Member member, Span<byte> value, out int length)
    {
        var text = JsonText.ToText(token);
        switch (member)
        {
            case Member.TraceId:
                return TryWriteHex(text, 16, value, out length);
            case Member.SpanId:
                return TryWriteHex(text, 8, value, out length);
            default:
                var number = member == Member.Kind ? KindOf(text) : CodeOf(text);
                length = 1;
                value[0] = (byte)('0' + number.GetValueOrDefault());
                return number is not null;
        }
    }

    // 16 bytes are 24 characters, 8 bytes are 12. What is not base64 is left as it is: as hexadecimal it has the wrong length.
    private static bool TryWriteHex(string text, int bytes, Span<byte> value, out int length)
    {
        Span<byte> base64 = stackalloc byte[24];
        Span<byte> id = stackalloc byte[18];
        length = (2 * bytes) + 2;
        if (text.Length != Base64.GetMaxEncodedToUtf8Length(bytes)
            || !System.Text.Ascii.IsValid(text)
            || !JsonBase64.TryDecode(base64[..System.Text.Encoding.ASCII.GetBytes(text, base64)], id, out var written)
            || written != bytes)
        {
            return false;
        }

        value[0] = (byte)'"';
        Convert.TryToHexStringLower(id[..bytes], value[1..], out _);
        value[length - 1] = (byte)'"';
        return true;
    }

    private static int? KindOf(string name) => name switch
    {
        "SPAN_KIND_UNSPECIFIED" => 0,
        "SPAN_KIND_INTERNAL" => 1,
        "SPAN_KIND_SERVER" => 2,
        "SPAN_KIND_CLIENT" => 3,
        "SPAN_KIND_PRODUCER" => 4,
        "SPAN_KIND_CONSUMER" => 5,
        _ => null,
    };

    private static int? CodeOf(string name) => name switch
    {
        "STATUS_CODE_UNSET" => 0,
        "STATUS_CODE_OK" => 1,
        "STATUS_CODE_ERROR" => 2,
        _ => null,
    };

    private enum Member
    {
        Other = 0,
        TraceId,
        SpanId,
        Kind,
        Code,
    }
}
