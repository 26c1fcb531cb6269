using KmsGateway.Keys.Providers;

namespace KmsGateway.Keys.Tests.Support;

/// <summary>A KMS whose every wrap holds the same secret.</summary>
internal sealed class SecretKms(byte[] secret) : IKmsProvider
{
    public string Name => "fake";

    public Task<WrappedSigningKey> GenerateSigningKeyAsync(EncryptionContext context, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<KeyWrap> GenerateSeedAsync(EncryptionContext context, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<UnwrappedSecret> UnwrapAsync(KeyWrap wrap, EncryptionContext context, CancellationToken cancellationToken)
    {
        var unwrapped = new UnwrappedSecret(secret.Length);
        secret.CopyTo(unwrapped.Bytes);
        return Task.FromResult(unwrapped);
    }
}
