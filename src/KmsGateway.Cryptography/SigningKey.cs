using System.Security.Cryptography;

namespace KmsGateway.Cryptography;

/// <summary>A private key. It may be used by many threads at once.</summary>
public abstract class SigningKey : IDisposable
{
    /// <summary>The size of the secret: an Ed25519 seed (RFC 8032) or a P-256 scalar, big-endian.</summary>
    public const int SecretSize = 32;

    private protected SigningKey(VerificationKey publicKey)
    {
        PublicKey = publicKey;
    }

    public VerificationKey PublicKey { get; }

    public string Kid => PublicKey.Kid;

    public string Algorithm => PublicKey.Algorithm;

    /// <summary>An Ed25519 key. Takes a copy of the seed; the caller clears its own.</summary>
    /// <exception cref="CryptographicException">It is no seed.</exception>
    public static SigningKey FromSeed(ReadOnlySpan<byte> seed) => Ed25519SigningKey.Import(seed);

    /// <summary>A P-256 key. Takes a copy of the scalar; the caller clears its own.</summary>
    /// <exception cref="CryptographicException">It is not from 1 to n − 1.</exception>
    public static SigningKey FromScalar(ReadOnlySpan<byte> scalar) => P256SigningKey.Import(scalar);

    /// <summary>A key of an algorithm of <see cref="SigningAlgorithm"/>. Takes a copy of the secret; the caller clears its own.</summary>
    /// <exception cref="CryptographicException">It is no secret of such a key.</exception>
    public static SigningKey Import(string algorithm, ReadOnlySpan<byte> secret) => algorithm switch
    {
        SigningAlgorithm.EdDsa => FromSeed(secret),
        SigningAlgorithm.Es256 => FromScalar(secret),
        _ => throw new ArgumentOutOfRangeException(nameof(algorithm)),
    };

    /// <summary>Makes a new key and writes its secret where the caller can clear it.</summary>
    public static SigningKey Generate(string algorithm, Span<byte> secret) => algorithm switch
    {
        SigningAlgorithm.EdDsa => Ed25519SigningKey.Generate(secret),
        SigningAlgorithm.Es256 => P256SigningKey.Generate(secret),
        _ => throw new ArgumentOutOfRangeException(nameof(algorithm)),
    };

    public abstract void Sign(ReadOnlySpan<byte> data, Span<byte> signature);

    public byte[] Sign(ReadOnlySpan<byte> data)
    {
        var signature = new byte[VerificationKey.SignatureSize];
        Sign(data, signature);
        return signature;
    }

    public abstract void Dispose();

    /// <summary>Never the key: this text may end in a log.</summary>
    public sealed override string ToString() => $"SigningKey({Kid})";
}
