using System.Security.Cryptography;
using NSec.Cryptography;
using Ed25519 = NSec.Cryptography.SignatureAlgorithm;

namespace KmsGateway.Cryptography;

/// <summary>An Ed25519 private key in memory that libsodium locks, guards and clears.</summary>
public sealed class SigningKey : IDisposable
{
    public const int SeedSize = 32;

    private readonly Key _key;

    private SigningKey(Key key, VerificationKey publicKey)
    {
        _key = key;
        PublicKey = publicKey;
    }

    public VerificationKey PublicKey { get; }

    public string Kid => PublicKey.Kid;

    public string Algorithm => PublicKey.Algorithm;

    /// <summary>Takes a copy of the seed; the caller clears its own.</summary>
    public static SigningKey FromSeed(ReadOnlySpan<byte> seed)
    {
        if (seed.Length != SeedSize)
        {
            throw new CryptographicException($"An Ed25519 seed has {SeedSize} bytes.");
        }

        var key = Key.Import(Ed25519.Ed25519, seed, KeyBlobFormat.RawPrivateKey);
        return VerificationKey.TryImport(key.PublicKey.Export(KeyBlobFormat.RawPublicKey), out var publicKey)
            ? new SigningKey(key, publicKey)
            : throw new CryptographicException("The seed gives no public key.");
    }

    public void Sign(ReadOnlySpan<byte> data, Span<byte> signature) => Ed25519.Ed25519.Sign(_key, data, signature);

    public byte[] Sign(ReadOnlySpan<byte> data) => Ed25519.Ed25519.Sign(_key, data);

    public void Dispose() => _key.Dispose();

    /// <summary>Never the key: this text may end in a log.</summary>
    public override string ToString() => $"SigningKey({Kid})";
}
