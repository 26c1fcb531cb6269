using KmsGateway.Cryptography;
using KmsGateway.Keys.Providers;
using KmsGateway.Keys.Tests.Support;

namespace KmsGateway.Keys.Tests.Providers;

public sealed class SigningKeyUnwrappingTests
{
    private static readonly KeyWrap Wrap = new() { Provider = "fake", Region = "", KeyReference = "", ContextVersion = 1, Blob = [] };

    [Theory]
    [MemberData(nameof(Gateway.Algorithms), MemberType = typeof(Gateway))]
    public async Task UnwrapSigningKeyAsync_TheKeysOwnSecret_GivesTheKey(string algorithm)
    {
        var secret = new byte[SigningKey.SecretSize];
        using var key = SigningKey.Generate(algorithm, secret);

        using var unwrapped = await UnwrapAsync(secret, key.PublicKey);

        Assert.Equal(key.Kid, unwrapped.Kid);
        Assert.True(key.PublicKey.Verify("data"u8, unwrapped.Sign("data"u8)));
    }

    [Theory]
    [MemberData(nameof(Gateway.Algorithms), MemberType = typeof(Gateway))]
    public async Task UnwrapSigningKeyAsync_SecretOfAnotherKey_IsRefused(string algorithm)
    {
        var secret = new byte[SigningKey.SecretSize];
        using var key = SigningKey.Generate(algorithm, new byte[SigningKey.SecretSize]);
        using var other = SigningKey.Generate(algorithm, secret);

        var exception = await Assert.ThrowsAsync<KmsException>(() => UnwrapAsync(secret, key.PublicKey));

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
    public async Task UnwrapSigningKeyAsync_NoSecretOfSuchAKey_IsRefused(string algorithm, int zeros)
    {
        using var key = SigningKey.Generate(algorithm, new byte[SigningKey.SecretSize]);

        var exception = await Assert.ThrowsAsync<KmsException>(() => UnwrapAsync(new byte[zeros], key.PublicKey));

        Assert.Equal(KmsFailure.InvalidCiphertext, exception.Failure);
        Assert.Contains($"does not hold a private key for {algorithm}", exception.Message, StringComparison.Ordinal);
    }

    private static Task<SigningKey> UnwrapAsync(byte[] secret, VerificationKey publicKey) => new SecretKms(secret).UnwrapSigningKeyAsync(
        Wrap,
        EncryptionContext.ForSigningKey("store", "acme", publicKey.Algorithm, Guid.CreateVersion7()),
        publicKey,
        TestContext.Current.CancellationToken);
}
