using System.Security.Cryptography;
using KmsGateway.Cryptography;

namespace KmsGateway.FakeKms;

/// <summary>A key that signs, and never leaves.</summary>
public sealed class AsymmetricKey : KmsKey
{
    public const string Ed25519Spec = "ECC_NIST_EDWARDS25519";
    public const string P256Spec = "ECC_NIST_P256";

    private const int MaxMessage = 4096;

    private readonly SigningKey? _ed25519;
    private readonly ECDsa? _p256;

    public AsymmetricKey(string region, string spec, bool multiRegion)
        : base(region, NewId(multiRegion), spec, SignVerify)
    {
        switch (spec)
        {
            case Ed25519Spec:
                _ed25519 = SigningKey.Generate(SigningAlgorithm.EdDsa, new byte[SigningKey.SecretSize]);
                break;
            case P256Spec:
                _p256 = ECDsa.Create(ECCurve.NamedCurves.nistP256);
                break;
            default:
                throw KmsError.Validation($"KeySpec '{spec}' is not one of this fake");
        }
    }

    private AsymmetricKey(string region, AsymmetricKey other)
        : base(region, other.Id, other.Spec, SignVerify)
    {
        (_ed25519, _p256) = (other._ed25519, other._p256);
    }

    public string Algorithm => _p256 is null ? "ED25519_SHA_512" : "ECDSA_SHA_256";

    public override KmsKey ReplicateTo(string region) => new AsymmetricKey(region, this);

    public byte[] SubjectPublicKeyInfo()
    {
        ThrowIfUnusable();
        if (_p256 is null)
        {
            return KeyPairs.SubjectPublicKeyInfo(_ed25519!.PublicKey);
        }

        lock (_p256)
        {
            return _p256.ExportSubjectPublicKeyInfo();
        }
    }

    /// <summary>A signature as AWS gives it: that of P-256 in DER.</summary>
    public byte[] Sign(byte[] message, string messageType, string algorithm)
    {
        ThrowIfUnusable();
        if (algorithm != Algorithm)
        {
            throw new KmsError("InvalidKeyUsageException", $"{Arn} signs with {Algorithm}, not with {algorithm}.");
        }

        if (message.Length is 0 or > MaxMessage)
        {
            throw KmsError.Validation("Message must have 1 to 4096 bytes");
        }

        return (messageType, _p256) switch
        {
            ("RAW", null) => _ed25519!.Sign(message),
            ("RAW", { } key) => SignHash(key, SHA256.HashData(message)),
            ("DIGEST", { } key) => SignHash(key, message),
            _ => throw KmsError.Validation($"MessageType '{messageType}' is not for {Algorithm}"),
        };
    }

    // Not for two requests at a time; other Regions have the same one.
    private static byte[] SignHash(ECDsa key, byte[] hash)
    {
        lock (key)
        {
            return key.SignHash(hash, DSASignatureFormat.Rfc3279DerSequence);
        }
    }
}
