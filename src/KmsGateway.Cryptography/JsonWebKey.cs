using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace KmsGateway.Cryptography;

/// <summary>Reads a public JWK (RFC 7517, RFC 8037) of a kind this product verifies with.</summary>
internal static class JsonWebKey
{
    public static bool TryRead(JsonElement parent, string member, [NotNullWhen(true)] out VerificationKey? key)
    {
        key = null;
        return parent.TryGetProperty(member, out var jwk) && TryRead(jwk, out key);
    }

    public static bool TryRead(JsonElement jwk, [NotNullWhen(true)] out VerificationKey? key)
    {
        key = null;
        return jwk.ValueKind == JsonValueKind.Object
            && StrictJson.Text(jwk, "kty") is "OKP"
            && StrictJson.Text(jwk, "crv") is "Ed25519"
            && Base64UrlText.TryDecode(StrictJson.Text(jwk, "x"), VerificationKey.Size, out var bytes)
            && VerificationKey.TryImport(bytes, out key);
    }
}
