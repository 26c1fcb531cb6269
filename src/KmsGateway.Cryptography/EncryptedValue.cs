using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace KmsGateway.Cryptography;

/// <summary>An attribute's value as it is encrypted: a text of five parts (docs/format.md, E-4).</summary>
public sealed record EncryptedValue
{
    public const string Format = "kmsgw-enc/1";

    /// <summary>Stands in the place of a value that was not forwarded, because there is no key for it.</summary>
    public const string Withheld = Format + ".withheld";

    public const int SaltSize = 16;
    public const int NonceSize = 12;
    public const int TagSize = 16;

    private const int KidLength = 32;
    private const int SaltLength = 22;
    private const int NonceLength = 16;
    private const int Overhead = 85;

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    private EncryptedValue(string kid, byte[] salt, byte[] nonce, byte[] sealedBytes)
    {
        (Kid, Salt, Nonce, Sealed) = (kid, salt, nonce, sealedBytes);
    }

    /// <summary>The seed that the key is made from.</summary>
    public string Kid { get; }

    public ReadOnlyMemory<byte> Salt { get; }

    public ReadOnlyMemory<byte> Nonce { get; }

    /// <summary>Ciphertext and tag.</summary>
    public ReadOnlyMemory<byte> Sealed { get; }

    public int PlaintextLength => Sealed.Length - TagSize;

    /// <summary>How long the text is.</summary>
    public static int LengthOf(int plaintextLength) => Overhead + Base64Url.GetEncodedLength(plaintextLength + TagSize);

    /// <summary>Whether a text begins as one. Cheap, and not enough.</summary>
    public static bool IsCandidate(ReadOnlySpan<byte> text) => text.StartsWith("kmsgw-enc/1."u8) && text.Length > Overhead + TagSize;

    /// <summary>Anything else is an ordinary text.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, [NotNullWhen(true)] out EncryptedValue? value)
    {
        value = null;
        if (!IsCandidate(text) || !Ascii.IsValid(text))
        {
            return false;
        }

        var parts = Encoding.ASCII.GetString(text).Split('.');
        if (parts.Length != 5 || !IsKid(parts[1])
            || parts[2].Length != SaltLength || !Base64UrlText.TryDecode(parts[2], SaltSize, out var salt)
            || parts[3].Length != NonceLength || !Base64UrlText.TryDecode(parts[3], NonceSize, out var nonce)
            || !Base64UrlText.TryDecode(parts[4], out var sealedBytes) || sealedBytes.Length <= TagSize)
        {
            return false;
        }

        value = new EncryptedValue(parts[1], salt, nonce, sealedBytes);
        return true;
    }

    private static bool IsKid(string text) => text.Length == KidLength && !text.AsSpan().ContainsAnyExcept(HexDigits);
}
