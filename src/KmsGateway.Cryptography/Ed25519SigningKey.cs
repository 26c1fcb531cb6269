using System.Security.Cryptography;
using NSec.Cryptography;
using Ed25519 = NSec.Cryptography.SignatureAlgorithm;

namespace KmsGateway.Cryptography;

/// <summary>An Ed25519 private key in memory that libsodium locks, guards and clears.</summary>
internal sealed class Ed25519SigningKey : SigningKey
{
    private readonly Key _key;

    private Ed25519SigningKey(Key key, VerificationKey publicKey)
        : base(publicKey)
    {
        _key = key;
    }

    public static Ed25519SigningKey Import(ReadOnlySpan<byte> seed)
    {
        if (seed.Length != SecretSize)
        {
            throw new CryptographicException($"An Ed25519 seed has {SecretSize} bytes.");
        }

        var key = Key.Import(Ed25519.Ed25519, seed, KeyBlobFormat.RawPrivateKey);
        return VerificationKey.TryImport(key.PublicKey.Export(KeyBlobFormat.RawPublicKey), out var publicKey)
            ? new Ed25519SigningKey(key, publicKey)
            : throw new CryptographicException("The seed gives no public key.");
    }

    public static Ed25519SigningKey Generate(Span<byte> seed)
    {
        RandomNumberGenerator.Fill(seed);
        return Import(seed);
    }

    public override void Sign(ReadOnlySpan<byte> data, Span<byte> signature) => Ed25519.Ed25519.Sign(_key, data, signature);

    public override void Dispose() => _key.Dispose();
}
