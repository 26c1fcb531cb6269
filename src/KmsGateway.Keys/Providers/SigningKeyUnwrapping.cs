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
        var key = Import(secret, publicKey);
        if (CryptographicOperations.FixedTimeEquals(key.PublicKey.Bytes, publicKey.Bytes))
        {
            return key;
        }

        key.Dispose();
        throw new KmsException(KmsFailure.InvalidCiphertext, $"The private key in the wrap of key {publicKey.Kid} does not belong to it.");
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
