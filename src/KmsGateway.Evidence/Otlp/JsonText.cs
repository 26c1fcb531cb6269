using System.Globalization;
using System.Text;
using System.Text.Json;

namespace KmsGateway.Evidence.Otlp;

/// <summary>JSON strings as UTF-8. <see cref="Utf8JsonReader.CopyString(Span{byte})"/> throws on an unpaired surrogate escape, and a
/// body may hold a million of them.</summary>
internal static class JsonText
{
    /// <summary>Undoes the escapes of a string token that the JSON reader has accepted.</summary>
    /// <param name="raw">What stands between the quotes.</param>
    /// <param name="destination">At least as long: an escape is never shorter than what it stands for.</param>
    /// <param name="written">The length of the text, whatever is returned.</param>
    /// <returns>False when a surrogate escape is unpaired; U+FFFD stands in its place.</returns>
    public static bool TryUnescape(ReadOnlySpan<byte> raw, Span<byte> destination, out int written)
    {
        var valid = true;
        written = 0;
        while (true)
        {
            var backslash = raw.IndexOf((byte)'\\');
            var plain = backslash < 0 ? raw : raw[..backslash];
            plain.CopyTo(destination[written..]);
            written += plain.Length;
            if (backslash < 0)
            {
                return valid;
            }

            raw = raw[(backslash + 1)..];
            if (raw[0] != 'u')
            {
                destination[written++] = Simple(raw[0]);
                raw = raw[1..];
                continue;
            }

            var high = (char)HexUnit(raw);
            raw = raw[5..];
            Rune rune;
            if (char.IsHighSurrogate(high) && raw.Length >= 6 && raw[0] == '\\' && raw[1] == 'u'
                && (char)HexUnit(raw[1..]) is var low && char.IsLowSurrogate(low))
            {
                rune = new Rune(high, low);
                raw = raw[6..];
            }
            else if (!Rune.TryCreate(high, out rune))
            {
                rune = Rune.ReplacementChar;
                valid = false;
            }

            written += rune.EncodeToUtf8(destination[written..]);
        }
    }

    /// <summary>The text of a string or a name. One that escapes an unpaired surrogate is its raw bytes: it is equal to no other.</summary>
    public static string ToText(in Utf8JsonReader token)
    {
        var raw = token.ValueSpan;
        if (!token.ValueIsEscaped)
        {
            return Encoding.UTF8.GetString(raw);
        }

        var text = new byte[raw.Length];
        return TryUnescape(raw, text, out var length) ? Encoding.UTF8.GetString(text.AsSpan(0, length)) : Encoding.UTF8.GetString(raw);
    }

    /// <summary>
    /// Whether a string or a name is this text. <see cref="Utf8JsonReader.ValueTextEquals(ReadOnlySpan{byte})"/> throws on an unpaired surrogate escape.
    /// </summary>
    public static bool Equals(in Utf8JsonReader token, ReadOnlySpan<byte> text)
    {
        var raw = token.ValueSpan;
        if (!token.ValueIsEscaped)
        {
            return raw.SequenceEqual(text);
        }

        // An escape has at most six bytes for each byte of the text.
        if (raw.Length > 6 * text.Length)
        {
            return false;
        }

        var unescaped = new byte[raw.Length];
        return TryUnescape(raw, unescaped, out var length) && unescaped.AsSpan(0, length).SequenceEqual(text);
    }

    private static byte Simple(byte escape) => escape switch
    {
        (byte)'b' => (byte)'\b',
        (byte)'f' => (byte)'\f',
        (byte)'n' => (byte)'\n',
        (byte)'r' => (byte)'\r',
        (byte)'t' => (byte)'\t',
        _ => escape,
    };

    /// <summary>The code unit of <c>uXXXX</c>; the reader has seen to it that these are hex digits.</summary>
    private static int HexUnit(ReadOnlySpan<byte> escape) =>
        int.Parse(escape.Slice(1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
