using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Json;

namespace KmsGateway.Cryptography;

/// <summary>
/// A public JWK (RFC 7517, RFC 7518, RFC 8037) of a kind this product verifies with: exactly the members that RFC 7638 hashes.
/// </summary>
/// <param name="KeyType">The member <c>kty</c>.</param>
/// <param name="Curve">The member <c>crv</c>.</param>
/// <param name="X">The member <c>x</c>.</param>
/// <param name="Y">The member <c>y</c>; empty for a key that has none.</param>
internal sealed record JsonWebKey(string KeyType, string Curve, ReadOnlyMemory<byte> X, ReadOnlyMemory<byte> Y)
{
    private const int CoordinateSize = 32;

    public static JsonWebKey Ed25519(ReadOnlyMemory<byte> x) => new("OKP", "Ed25519", x, ReadOnlyMemory<byte>.Empty);

    public static JsonWebKey P256(ReadOnlyMemory<byte> x, ReadOnlyMemory<byte> y) => new("EC", "P-256", x, y);

    public static bool TryRead(JsonElement parent, string member, [NotNullWhen(true)] out VerificationKey? key)
    {
        key = null;
        return parent.TryGetProperty(member, out var jwk) && TryRead(jwk, out key);
    }

    public static bool TryRead(JsonElement jwk, [NotNullWhen(true)] out VerificationKey? key)
    {
        key = null;
        if (jwk.ValueKind != JsonValueKind.Object || !TryReadCoordinate(jwk, "x", out var x))
        {
            return false;
        }

        return (StrictJson.Text(jwk, "kty"), StrictJson.Text(jwk, "crv")) switch
        {
            ("OKP", "Ed25519") => VerificationKey.TryImport(x, out key),
            ("EC", "P-256") => TryReadCoordinate(jwk, "y", out var y)
                && VerificationKey.TryImport([P256VerificationKey.Uncompressed, .. x, .. y], out key),
            _ => false,
        };
    }

    /// <summary>The SHA-256 thumbprint (RFC 7638): the <c>kid</c> of every signing key.</summary>
    public string Thumbprint()
    {
        var writer = new CanonicalJsonWriter();
        Write(writer);
        return Base64UrlText.Encode(SHA256.HashData(writer.Written));
    }

    public void Write(CanonicalJsonWriter writer)
    {
        writer.BeginObject();
        writer.Name("crv"u8);
        writer.String(Curve);
        writer.Name("kty"u8);
        writer.String(KeyType);
        WriteCoordinates(writer);
        writer.EndObject();
    }

    /// <summary>The members that come last, whatever others stand before them.</summary>
    public void WriteCoordinates(CanonicalJsonWriter writer)
    {
        writer.Name("x"u8);
        writer.Base64Url(X.Span);
        if (!Y.IsEmpty)
        {
            writer.Name("y"u8);
            writer.Base64Url(Y.Span);
        }
    }

    private static bool TryReadCoordinate(JsonElement jwk, string member, out byte[] bytes) =>
        Base64UrlText.TryDecode(StrictJson.Text(jwk, member), CoordinateSize, out bytes);
}
