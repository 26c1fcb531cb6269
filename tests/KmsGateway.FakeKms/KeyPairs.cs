using System.Formats.Asn1;
using System.Security.Cryptography;
using KmsGateway.Cryptography;

namespace KmsGateway.FakeKms;

/// <summary>Data key pairs in the encodings of AWS KMS: PKCS#8 and SubjectPublicKeyInfo.</summary>
internal static class KeyPairs
{
    private const string Ed25519 = "1.3.101.112";

    public static (byte[] Private, byte[] Public, byte[] Secret) Generate(string spec) => spec switch
    {
        "ECC_NIST_EDWARDS25519" => GenerateEd25519(),
        "ECC_NIST_P256" => GenerateP256(),
        _ => throw KmsError.Validation($"KeyPairSpec '{spec}' is not one of this fake"),
    };

    private static (byte[] Private, byte[] Public, byte[] Secret) GenerateP256()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return (key.ExportPkcs8PrivateKey(), key.ExportSubjectPublicKeyInfo(), key.ExportParameters(includePrivateParameters: true).D!);
    }

    // RFC 8410.
    private static (byte[] Private, byte[] Public, byte[] Secret) GenerateEd25519()
    {
        var seed = new byte[SigningKey.SecretSize];
        using var key = SigningKey.Generate(SigningAlgorithm.EdDsa, seed);
        var inner = new AsnWriter(AsnEncodingRules.DER);
        inner.WriteOctetString(seed);
        var pkcs8 = new AsnWriter(AsnEncodingRules.DER);
        using (pkcs8.PushSequence())
        {
            pkcs8.WriteInteger(0);
            WriteAlgorithm(pkcs8);
            pkcs8.WriteOctetString(inner.Encode());
        }

        return (pkcs8.Encode(), SubjectPublicKeyInfo(key.PublicKey), seed);
    }

    public static byte[] SubjectPublicKeyInfo(VerificationKey ed25519)
    {
        var spki = new AsnWriter(AsnEncodingRules.DER);
        using (spki.PushSequence())
        {
            WriteAlgorithm(spki);
            spki.WriteBitString(ed25519.Bytes);
        }

        return spki.Encode();
    }

    private static void WriteAlgorithm(AsnWriter writer)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(Ed25519);
        }
    }
}
