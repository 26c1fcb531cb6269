using System.Buffers.Text;
using System.Text;

namespace KmsGateway.Cryptography;

/// <summary>
/// JWS compact serialisation (RFC 7515) with a protected header of exactly <c>alg</c>, <c>kid</c> and <c>typ</c>, in JCS.
/// </summary>
/// <remarks>The header is never read: it is rebuilt from the key and compared, so a header can choose neither algorithm nor key.</remarks>
public static class Jws
{
    /// <summary>The encoded header and the dot behind it: the part of the signing input that a key and a type determine.</summary>
    public static byte[] Header(VerificationKey key, string typ)
    {
        var writer = new CanonicalJsonWriter();
        writer.BeginObject();
        writer.Name("alg"u8);
        writer.String(key.Algorithm);
        writer.Name("kid"u8);
        writer.String(key.Kid);
        writer.Name("typ"u8);
        writer.String(typ);
        writer.EndObject();
        return [.. Encoding.ASCII.GetBytes(Base64UrlText.Encode(writer.Written)), (byte)'.'];
    }

    public static byte[] SigningInput(VerificationKey key, string typ, ReadOnlySpan<byte> payload)
    {
        var header = Header(key, typ);
        var input = new byte[header.Length + Base64Url.GetEncodedLength(payload.Length)];
        header.CopyTo(input, 0);
        Base64Url.EncodeToUtf8(payload, input.AsSpan(header.Length));
        return input;
    }

    public static string Compact(ReadOnlySpan<byte> signingInput, ReadOnlySpan<byte> signature) =>
        $"{Encoding.ASCII.GetString(signingInput)}.{Base64UrlText.Encode(signature)}";

    /// <summary>Verifies a compact JWS of this key and type, and gives its payload.</summary>
    public static bool TryVerify(string compact, VerificationKey key, string typ, out byte[] payload)
    {
        payload = [];
        var parts = compact.Split('.');
        return parts.Length == 3
            && Base64UrlText.TryDecode(parts[1], out payload)
            && Base64UrlText.TryDecode(parts[2], VerificationKey.SignatureSize, out var signature)
            && SigningInput(key, typ, payload) is var input
            && Encoding.ASCII.GetString(input).Equals($"{parts[0]}.{parts[1]}", StringComparison.Ordinal)
            && key.Verify(input, signature);
    }
}
