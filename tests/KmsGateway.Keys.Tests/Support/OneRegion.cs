using KmsGateway.Cryptography;
using KmsGateway.Keys.Providers;

namespace KmsGateway.Keys.Tests.Support;

/// <summary>Providers as tests of one Region call them.</summary>
internal static class OneRegion
{
    public static async Task<(KeyWrap Wrap, byte[] PublicKey)> GenerateSigningKeyAsync(
        this IKmsProvider provider, EncryptionContext context, CancellationToken cancellationToken)
    {
        var made = await provider.GenerateSigningKeyAsync(provider.Regions[0], context, cancellationToken);
        return (Assert.Single(made.Wraps), made.PublicKey);
    }

    public static async Task<KeyWrap> GenerateSeedAsync(
        this IKmsProvider provider, EncryptionContext context, CancellationToken cancellationToken) =>
        Assert.Single(await provider.GenerateSeedAsync(provider.Regions[0], context, cancellationToken));

    public static async Task<SigningKey> UnwrapSigningKeyAsync(
        this IKmsProvider provider, KeyWrap wrap, EncryptionContext context, VerificationKey publicKey, CancellationToken cancellationToken) =>
        (await provider.UnwrapAsync(wrap, context, cancellationToken)).ToSigningKey(publicKey);
}
