using System.Buffers.Text;
using System.Globalization;

namespace KmsGateway.Cryptography;

/// <summary>
/// ECMAScript's <c>Number::toString</c> for finite doubles: the shortest digits that read back as the same value, which .NET gives in a
/// layout of its own, laid out as https://tc39.es/ecma262/#sec-numeric-types-number-tostring says.
/// </summary>
internal static class EcmaScriptNumber
{
    /// <summary>The longest: sign, "0.00000", 17 digits; or sign, 17 digits, point, "e-324".</summary>
    public const int MaxLength = 32;

    private const int MaxDigits = 17;

    public static int Format(double value, Span<byte> destination)
    {
        if (value == 0)
        {
            destination[0] = (byte)'0';
            return 1;
        }

        var length = 0;
        if (value < 0)
        {
            destination[length++] = (byte)'-';
            value = -value;
        }

        Span<byte> digits = stackalloc byte[MaxDigits];
        var count = ShortestDigits(value, digits, out var point);
        digits = digits[..count];
        return length + LayOut(digits, point, destination[length..]);
    }

    /// <summary>
    /// The digits without leading or trailing zeros; <paramref name="point"/> is where the decimal point stands among them.
    /// </summary>
    private static int ShortestDigits(double value, Span<byte> digits, out int point)
    {
        Span<byte> text = stackalloc byte[MaxLength];
        value.TryFormat(text, out var length, "R", CultureInfo.InvariantCulture);
        text = text[..length];

        var exponent = 0;
        var mantissa = text;
        var e = text.IndexOf((byte)'E');
        if (e >= 0)
        {
            exponent = int.Parse(text[(e + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
            mantissa = text[..e];
        }

        var count = 0;
        var integerDigits = mantissa.IndexOf((byte)'.') is var dot && dot >= 0 ? dot : mantissa.Length;
        var leadingZeros = 0;
        foreach (var character in mantissa)
        {
            if (character == '.')
            {
                continue;
            }

            if (count == 0 && character == '0')
            {
                leadingZeros++;
            }
            else if (count < MaxDigits)
            {
                digits[count++] = character;
            }
        }

        point = integerDigits - leadingZeros + exponent;
        while (digits[count - 1] == '0')
        {
            count--;
        }

        return count;
    }

    private static int LayOut(ReadOnlySpan<byte> digits, int point, Span<byte> destination)
    {
        if (point is > 0 and <= 21)
        {
            if (digits.Length <= point)
            {
                digits.CopyTo(destination);
                destination[digits.Length..point].Fill((byte)'0');
                return point;
            }

            digits[..point].CopyTo(destination);
            destination[point] = (byte)'.';
            digits[point..].CopyTo(destination[(point + 1)..]);
            return digits.Length + 1;
        }

        if (point is > -6 and <= 0)
        {
            "0."u8.CopyTo(destination);
            destination[2..(2 - point)].Fill((byte)'0');
            digits.CopyTo(destination[(2 - point)..]);
            return 2 - point + digits.Length;
        }

        destination[0] = digits[0];
        var length = 1;
        if (digits.Length > 1)
        {
            destination[length++] = (byte)'.';
            digits[1..].CopyTo(destination[length..]);
            length += digits.Length - 1;
        }

        var exponent = point - 1;
        destination[length++] = (byte)'e';
        destination[length++] = exponent < 0 ? (byte)'-' : (byte)'+';
        Utf8Formatter.TryFormat(Math.Abs(exponent), destination[length..], out var written);
        return length + written;
    }
}
