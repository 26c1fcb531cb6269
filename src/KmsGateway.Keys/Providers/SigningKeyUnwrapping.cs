using System.Security.Cryptography;
using KmsGateway.Cryptography;

namespace KmsGateway.Keys.Providers;

internal static class SigningKeyUnwrapping
{
    /// <summary>Unwraps a private key and makes sure that it is the one of this public key.</summary>
    /// <exception cref="KmsException">It does not unwrap, or belongs to another public key.</exception>
    public static async Task<SigningKey> UnwrapSigningKeyAsync(
        this IKmsProvider provider, KeyWrap wrap, EncryptionContext context, VerificationKey publicKey, CancellationToken cancellationToken)
    {
        using var secret = await provider.UnwrapAsync(wrap, context, cancellationToken);
        if (secret.Bytes.Length != SigningKey.SeedSize)
        {
            throw new KmsException(KmsFailure.InvalidCiphertext, $"The wrap of key {publicKey.Kid} does not hold an Ed25519 private key.");
        }

        var key = SigningKey.FromSeed(secret.Bytes);
        if (CryptographicOperations.FixedTimeEquals(key.PublicKey.Bytes, publicKey.Bytes))
        {
            return key;
        }

        key.Dispose();
        throw new KmsException(KmsFailure.InvalidCiphertext, $"The private key in the wrap of key {publicKey.Kid} does not belong to it.");
    }
}
