using System.Security.Cryptography;

namespace KmsGateway.Cryptography;

/// <summary>The SHA-256 thumbprint of a public JWK (RFC 7638): the <c>kid</c> of every signing key.</summary>
internal static class KeyThumbprint
{
    public static string OfEd25519(ReadOnlySpan<byte> publicKey)
    {
        var writer = new CanonicalJsonWriter();
        WriteEd25519Jwk(writer, publicKey);
        return Base64UrlText.Encode(SHA256.HashData(writer.Written));
    }

    public static void WriteEd25519Jwk(CanonicalJsonWriter writer, ReadOnlySpan<byte> publicKey)
    {
        writer.BeginObject();
        writer.Name("crv"u8);
        writer.String("Ed25519"u8);
        writer.Name("kty"u8);
        writer.String("OKP"u8);
        writer.Name("x"u8);
        writer.Base64Url(publicKey);
        writer.EndObject();
    }
}
