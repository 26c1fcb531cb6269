using System.Buffers;
using System.Buffers.Text;
using System.Globalization;

namespace KmsGateway.Evidence.Otlp;

/// <summary>Numbers of OTLP/JSON, which may stand as numbers or as strings.</summary>
internal static class JsonNumber
{
    private static readonly SearchValues<byte> Digits = SearchValues.Create("0123456789"u8);

    public static bool TryReadUInt64(ReadOnlySpan<byte> text, out ulong value)
    {
        value = 0;
        return IsInteger(text) && Utf8Parser.TryParse(text, out value, out var read) && read == text.Length;
    }

    public static bool TryReadInt64(ReadOnlySpan<byte> text, out long value)
    {
        value = 0;
        return IsInteger(text.StartsWith("-"u8) && !text.SequenceEqual("-0"u8) ? text[1..] : text)
            && Utf8Parser.TryParse(text, out value, out var read)
            && read == text.Length;
    }

    /// <summary>The nearest binary64; false where that is infinite, or where the text is no number.</summary>
    public static bool TryReadDouble(ReadOnlySpan<byte> text, bool isString, out double value)
    {
        if (isString)
        {
            if (text.SequenceEqual("NaN"u8))
            {
                value = double.NaN;
                return true;
            }

            if (text.SequenceEqual("Infinity"u8) || text.SequenceEqual("-Infinity"u8))
            {
                value = text[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity;
                return true;
            }
        }

        value = 0;
        return (!isString || IsNumber(text))
            && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value)
            && double.IsFinite(value);
    }

    private static bool IsInteger(ReadOnlySpan<byte> text) =>
        !text.IsEmpty && !text.ContainsAnyExcept(Digits) && (text.Length == 1 || text[0] != '0');

    /// <summary>The number grammar of RFC 8259 section 6.</summary>
    private static bool IsNumber(ReadOnlySpan<byte> text)
    {
        if (text.StartsWith("-"u8))
        {
            text = text[1..];
        }

        var digits = DigitCount(text);
        if (digits == 0 || (digits > 1 && text[0] == '0'))
        {
            return false;
        }

        text = text[digits..];
        if (text.StartsWith("."u8))
        {
            digits = DigitCount(text[1..]);
            if (digits == 0)
            {
                return false;
            }

            text = text[(digits + 1)..];
        }

        if (text.IsEmpty)
        {
            return true;
        }

        if (text[0] is not ((byte)'e' or (byte)'E'))
        {
            return false;
        }

        text = text[1..];
        if (!text.IsEmpty && text[0] is (byte)'+' or (byte)'-')
        {
            text = text[1..];
        }

        return !text.IsEmpty && DigitCount(text) == text.Length;
    }

    private static int DigitCount(ReadOnlySpan<byte> text)
    {
        var end = text.IndexOfAnyExcept(Digits);
        return end < 0 ? text.Length : end;
    }
}
