using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;
using KmsGateway.Cryptography;

namespace KmsGateway.Keys.Providers.Aws;

/// <summary>What AWS KMS puts its key pairs in, opened without copies of the secret that nobody clears.</summary>
internal static class KeyEncodings
{
    private const string Ed25519 = "1.3.101.112";
    private const string EcPublicKey = "1.2.840.10045.2.1";
    private const string P256 = "1.2.840.10045.3.1.7";
    private const int P256NumberSize = VerificationKey.SignatureSize / 2;

    /// <summary>The point or the bytes in a SubjectPublicKeyInfo (RFC 5280, section 4.1).</summary>
    /// <exception cref="CryptographicException">It is none.</exception>
    public static byte[] RawPublicKey(byte[] subjectPublicKeyInfo) => Read(() =>
    {
        var info = new AsnReader(subjectPublicKeyInfo, AsnEncodingRules.DER).ReadSequence();
        info.ReadSequence();
        return info.ReadBitString(out _);
    });

    /// <summary>The 32 bytes of a private key in PKCS#8 (RFC 5958, both versions; RFC 8410; RFC 5915).</summary>
    /// <exception cref="CryptographicException">It is not for that algorithm.</exception>
    public static UnwrappedSecret Secret(ReadOnlyMemory<byte> pkcs8, string algorithm) => Read(() =>
    {
        var info = new AsnReader(pkcs8, AsnEncodingRules.DER).ReadSequence();
        info.ReadInteger();
        ThrowIfNot(info.ReadSequence(), algorithm);
        var privateKey = new AsnReader(Content(info), AsnEncodingRules.DER);
        return algorithm == SigningAlgorithm.Es256 ? Scalar(privateKey.ReadSequence()) : Padded(Content(privateKey).Span, exact: true);
    });

    /// <summary>The 64 bytes of a signature by P-256 (RFC 7518, section 3.4) that came as DER (RFC 3279, section 2.2.3).</summary>
    /// <exception cref="CryptographicException">It is none.</exception>
    public static byte[] RawSignature(byte[] der) => Read(() =>
    {
        var signature = new byte[VerificationKey.SignatureSize];
        var numbers = new AsnReader(der, AsnEncodingRules.DER).ReadSequence();
        Write(numbers.ReadInteger(), signature.AsSpan(..P256NumberSize));
        Write(numbers.ReadInteger(), signature.AsSpan(P256NumberSize..));
        return signature;

        static void Write(BigInteger number, Span<byte> target)
        {
            var length = number.GetByteCount(isUnsigned: true);
            if (length > P256NumberSize || !number.TryWriteBytes(target[^length..], out _, isUnsigned: true, isBigEndian: true))
            {
                throw new CryptographicException("the signature has another length");
            }
        }
    });

    private static UnwrappedSecret Scalar(AsnReader ecPrivateKey)
    {
        ecPrivateKey.ReadInteger();
        return Padded(Content(ecPrivateKey).Span, exact: false);
    }

    private static UnwrappedSecret Padded(ReadOnlySpan<byte> bytes, bool exact)
    {
        if (bytes.Length > SigningKey.SecretSize || (exact && bytes.Length != SigningKey.SecretSize))
        {
            throw new CryptographicException("the secret has another length");
        }

        var secret = new UnwrappedSecret(SigningKey.SecretSize);
        bytes.CopyTo(secret.Bytes[(SigningKey.SecretSize - bytes.Length)..]);
        return secret;
    }

    // In place: ReadOctetString would copy.
    private static ReadOnlyMemory<byte> Content(AsnReader reader) =>
        reader.TryReadPrimitiveOctetString(out var content) ? content : throw new CryptographicException("the octets are in pieces");

    private static void ThrowIfNot(AsnReader identifier, string algorithm)
    {
        var isIt = algorithm == SigningAlgorithm.Es256
            ? identifier.ReadObjectIdentifier() == EcPublicKey && identifier.ReadObjectIdentifier() == P256
            : identifier.ReadObjectIdentifier() == Ed25519;
        if (!isIt)
        {
            throw new CryptographicException("the key is for another algorithm");
        }
    }

    private static T Read<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (AsnContentException broken)
        {
            throw new CryptographicException("the encoding is broken", broken);
        }
    }
}
