using NSec.Cryptography;
using Ed25519 = NSec.Cryptography.SignatureAlgorithm;

namespace KmsGateway.Cryptography;

/// <remarks>
/// libsodium refuses S ≥ L and keys or R of small order, so that one signature cannot verify under two keys or for two messages.
/// </remarks>
internal sealed class Ed25519VerificationKey : VerificationKey
{
    public const int Size = 32;

    private readonly PublicKey _key;

    private Ed25519VerificationKey(PublicKey key, byte[] bytes)
        : base(bytes, JsonWebKey.Ed25519(bytes))
    {
        _key = key;
    }

    public override string Algorithm => SigningAlgorithm.EdDsa;

    /// <summary>Null for a key of small order, or not in canonical form.</summary>
    public static Ed25519VerificationKey? Import(ReadOnlySpan<byte> bytes) =>
        !Ed25519Point.IsRefused(bytes)
        && PublicKey.TryImport(Ed25519.Ed25519, bytes, KeyBlobFormat.RawPublicKey, out var key)
        && key is not null
            ? new Ed25519VerificationKey(key, bytes.ToArray())
            : null;

    public override bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature) =>
        signature.Length == SignatureSize && Ed25519.Ed25519.Verify(_key, data, signature);
}
