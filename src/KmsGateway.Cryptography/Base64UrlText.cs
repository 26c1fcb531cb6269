using System.Buffers.Text;

namespace KmsGateway.Cryptography;

/// <summary>
/// base64url without padding, canonical: the unused bits of the last character are zero (RFC 4648 section 3.5), so that one value has
/// one text. <see cref="Base64Url"/> itself also reads padding, white space and stray bits.
/// </summary>
public static class Base64UrlText
{
    public static string Encode(ReadOnlySpan<byte> bytes) => Base64Url.EncodeToString(bytes);

    public static bool TryDecode(ReadOnlySpan<char> text, out byte[] bytes)
    {
        bytes = [];
        if (!Base64Url.IsValid(text, out var length))
        {
            return false;
        }

        var decoded = new byte[length];
        if (!Base64Url.TryDecodeFromChars(text, decoded, out _) || !text.SequenceEqual(Base64Url.EncodeToString(decoded)))
        {
            return false;
        }

        bytes = decoded;
        return true;
    }

    /// <summary>Decodes a text that must stand for exactly <paramref name="length"/> bytes.</summary>
    public static bool TryDecode(ReadOnlySpan<char> text, int length, out byte[] bytes) =>
        TryDecode(text, out bytes) && bytes.Length == length;
}
