using KmsGateway.Cryptography;
using KmsGateway.Keys.Providers;
using KmsGateway.Keys.Tests.Support;

namespace KmsGateway.Keys.Tests.Providers;

public sealed class SigningKeyUnwrappingTests
{
    [Theory]
    [MemberData(nameof(Gateway.Algorithms), MemberType = typeof(Gateway))]
    public void ToSigningKey_TheKeysOwnSecret_GivesTheKey(string algorithm)
    {
        var secret = new byte[SigningKey.SecretSize];
        using var key = SigningKey.Generate(algorithm, secret);

        using var unwrapped = Unwrap(secret, key.PublicKey);

        Assert.Equal(key.Kid, unwrapped.Kid);
        Assert.True(key.PublicKey.Verify("data"u8, unwrapped.Sign("data"u8)));
    }

    [Theory]
    [MemberData(nameof(Gateway.Algorithms), MemberType = typeof(Gateway))]
    public void ToSigningKey_SecretOfAnotherKey_IsRefused(string algorithm)
    {
        var secret = new byte[SigningKey.SecretSize];
        using var key = SigningKey.Generate(algorithm, new byte[SigningKey.SecretSize]);
        using var other = SigningKey.Generate(algorithm, secret);

        var exception = Assert.Throws<KmsException>(() => Unwrap(secret, key.PublicKey));

        Assert.Equal(KmsFailure.InvalidCiphertext, exception.Failure);
        Assert.Contains("does not belong to it", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("EdDSA", 0)]
    [InlineData("EdDSA", 31)]
    [InlineData("EdDSA", 64)]
    [InlineData("ES256", 0)]
    [InlineData("ES256", 31)]
    [InlineData("ES256", 32)]
    [InlineData("ES256", 33)]
    public void ToSigningKey_NoSecretOfSuchAKey_IsRefused(string algorithm, int zeros)
    {
        using var key = SigningKey.Generate(algorithm, new byte[SigningKey.SecretSize]);

        var exception = Assert.Throws<KmsException>(() => Unwrap(new byte[zeros], key.PublicKey));

        Assert.Equal(KmsFailure.InvalidCiphertext, exception.Failure);
        Assert.Contains($"does not hold a private key for {algorithm}", exception.Message, StringComparison.Ordinal);
    }

    private static SigningKey Unwrap(byte[] bytes, VerificationKey publicKey)
    {
        var secret = new UnwrappedSecret(bytes.Length);
        bytes.CopyTo(secret.Bytes);
        try
        {
            return secret.ToSigningKey(publicKey);
        }
        finally
        {
            // Whatever came of it, nothing of it stays behind.
            Assert.Throws<ObjectDisposedException>(() => secret.Memory);
        }
    }
}
