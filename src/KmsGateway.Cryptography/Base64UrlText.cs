using System.Buffers;
using System.Buffers.Text;

namespace KmsGateway.Cryptography;

/// <summary>
/// base64url without padding, canonical: the unused bits of the last character are zero (RFC 4648 section 3.5), so that one value has
/// one text. <see cref="Base64Url"/> itself also reads padding, white space and stray bits.
/// </summary>
public static class Base64UrlText
{
    private static readonly SearchValues<char> Alphabet = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    public static string Encode(ReadOnlySpan<byte> bytes) => Base64Url.EncodeToString(bytes);

    public static bool TryDecode(ReadOnlySpan<char> text, out byte[] bytes)
    {
        // Before the library sees it: what IsValid takes with one '=' too few, TryDecodeFromChars throws at.
        bytes = [];
        if (text.ContainsAnyExcept(Alphabet) || text.Length % 4 == 1)
        {
            return false;
        }

        var decoded = new byte[Base64Url.GetMaxDecodedLength(text.Length)];
        if (Base64Url.DecodeFromChars(text, decoded, out _, out var written) != OperationStatus.Done
            || !text.SequenceEqual(Base64Url.EncodeToString(decoded.AsSpan(0, written))))
        {
            return false;
        }

        bytes = decoded[..written];
        return true;
    }

    /// <summary>Decodes a text that must stand for exactly <paramref name="length"/> bytes.</summary>
    public static bool TryDecode(ReadOnlySpan<char> text, int length, out byte[] bytes) =>
        TryDecode(text, out bytes) && bytes.Length == length;
}
