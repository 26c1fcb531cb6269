using System.Diagnostics.CodeAnalysis;
using NSec.Cryptography;
using Ed25519 = NSec.Cryptography.SignatureAlgorithm;

namespace KmsGateway.Cryptography;

/// <summary>An Ed25519 public key.</summary>
/// <remarks>
/// libsodium refuses S ≥ L and keys or R of small order, so that one signature cannot verify under two keys or for two messages.
/// </remarks>
public sealed class VerificationKey
{
    public const int Size = 32;
    public const int SignatureSize = 64;

    private readonly PublicKey _key;
    private readonly byte[] _bytes;

    private VerificationKey(PublicKey key, byte[] bytes)
    {
        _key = key;
        _bytes = bytes;
        Kid = KeyThumbprint.OfEd25519(bytes);
    }

    /// <summary>The RFC 7638 thumbprint.</summary>
    public string Kid { get; }

    public string Algorithm => SigningAlgorithm.EdDsa;

    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>False for a key that no honest signer has: of small order, or not in canonical form.</summary>
    public static bool TryImport(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out VerificationKey? key)
    {
        key = !Ed25519Point.IsRefused(bytes)
            && PublicKey.TryImport(Ed25519.Ed25519, bytes, KeyBlobFormat.RawPublicKey, out var imported)
            && imported is not null
            ? new VerificationKey(imported, bytes.ToArray())
            : null;
        return key is not null;
    }

    public bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature) =>
        signature.Length == SignatureSize && Ed25519.Ed25519.Verify(_key, data, signature);

    /// <summary>Writes the public JWK with the members RFC 7638 hashes, in their order.</summary>
    public void WriteJwk(CanonicalJsonWriter writer) => KeyThumbprint.WriteEd25519Jwk(writer, _bytes);

    public override string ToString() => Kid;
}
