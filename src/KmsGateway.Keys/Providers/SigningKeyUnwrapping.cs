using System.Security.Cryptography;
using KmsGateway.Cryptography;

namespace KmsGateway.Keys.Providers;

internal static class SigningKeyUnwrapping
{
    /// <summary>The private key in an unwrapped secret, if it is the one of this public key. The secret is cleared.</summary>
    /// <exception cref="KmsException">It is none, or belongs to another public key.</exception>
    public static SigningKey ToSigningKey(this UnwrappedSecret secret, VerificationKey publicKey)
    {
        using (secret)
        {
            var key = Import(secret, publicKey);
            if (CryptographicOperations.FixedTimeEquals(key.PublicKey.Bytes, publicKey.Bytes))
            {
                return key;
            }

            key.Dispose();
            throw new KmsException(
                KmsFailure.InvalidCiphertext, $"The private key in the wrap of key {publicKey.Kid} does not belong to it.");
        }
    }

    private static SigningKey Import(UnwrappedSecret secret, VerificationKey publicKey)
    {
        try
        {
            return SigningKey.Import(publicKey.Algorithm, secret.Bytes);
        }
        catch (CryptographicException exception)
        {
            throw new KmsException(
                KmsFailure.InvalidCiphertext,
                $"The wrap of key {publicKey.Kid} does not hold a private key for {publicKey.Algorithm}.",
                exception);
        }
    }
}
