using System.Diagnostics.CodeAnalysis;

namespace KmsGateway.Cryptography;

/// <summary>A public key. It may be used by many threads at once.</summary>
public abstract class VerificationKey
{
    /// <summary>The same for both algorithms.</summary>
    public const int SignatureSize = 64;

    private readonly byte[] _bytes;

    private protected VerificationKey(byte[] bytes, JsonWebKey jwk)
    {
        _bytes = bytes;
        Jwk = jwk;
        Kid = jwk.Thumbprint();
    }

    /// <summary>The RFC 7638 thumbprint.</summary>
    public string Kid { get; }

    /// <summary>One of <see cref="SigningAlgorithm"/>: a key is good for one algorithm only.</summary>
    public abstract string Algorithm { get; }

    /// <summary>The 32 bytes of an Ed25519 key (RFC 8032), or the 65 of a P-256 key's uncompressed point (SEC 1).</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    internal JsonWebKey Jwk { get; }

    /// <summary>Takes what <see cref="Bytes"/> gives, whose length tells the kind. False for a key that no honest signer has.</summary>
    public static bool TryImport(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out VerificationKey? key)
    {
        key = bytes.Length switch
        {
            Ed25519VerificationKey.Size => Ed25519VerificationKey.Import(bytes),
            P256VerificationKey.Size => P256VerificationKey.Import(bytes),
            _ => null,
        };
        return key is not null;
    }

    public abstract bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature);

    /// <summary>Writes the public JWK with the members RFC 7638 hashes, in their order.</summary>
    public void WriteJwk(CanonicalJsonWriter writer) => Jwk.Write(writer);

    public sealed override string ToString() => Kid;
}
