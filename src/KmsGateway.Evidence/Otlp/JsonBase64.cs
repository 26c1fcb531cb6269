using System.Buffers;
using System.Buffers.Text;

namespace KmsGateway.Evidence.Otlp;

/// <summary>Standard base64, padded, without white space and with zero padding bits: one value has one text.</summary>
internal static class JsonBase64
{
    public static bool TryDecode(ReadOnlySpan<byte> text, Span<byte> destination, out int written)
    {
        if (text.Length % 4 == 0
            && Base64.DecodeFromUtf8(text, destination, out var consumed, out written) == OperationStatus.Done
            && consumed == text.Length
            && written == DecodedLength(text))
        {
            return HasZeroPaddingBits(text, destination[..written]);
        }

        written = 0;
        return false;
    }

    // White space, which the decoder steps over, makes the text longer than what it decodes to.
    private static int DecodedLength(ReadOnlySpan<byte> text) =>
        (text.Length / 4 * 3) - (text.EndsWith("=="u8) ? 2 : text.EndsWith("="u8) ? 1 : 0);

    private static bool HasZeroPaddingBits(ReadOnlySpan<byte> text, ReadOnlySpan<byte> decoded)
    {
        if (!text.EndsWith("="u8))
        {
            return true;
        }

        Span<byte> last = stackalloc byte[4];
        Base64.EncodeToUtf8(decoded[((decoded.Length - 1) / 3 * 3)..], last, out _, out _);
        return text.EndsWith(last);
    }
}
