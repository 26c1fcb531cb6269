namespace KmsGateway.Keys.Providers;

/// <summary>A key management service: it makes secrets that leave it only wrapped, and unwraps them for who names their context.</summary>
internal interface IKmsProvider
{
    /// <summary>The name in <c>Kms:Provider</c>, in wraps and in health answers.</summary>
    string Name { get; }

    /// <summary>Makes a key pair of the context's algorithm. The private part never leaves the provider in the clear.</summary>
    /// <exception cref="KmsException">It could not.</exception>
    Task<WrappedSigningKey> GenerateSigningKeyAsync(EncryptionContext context, CancellationToken cancellationToken);

    /// <summary>Makes 32 random bytes that nobody has seen.</summary>
    /// <exception cref="KmsException">It could not.</exception>
    Task<KeyWrap> GenerateSeedAsync(EncryptionContext context, CancellationToken cancellationToken);

    /// <summary>The 32 bytes of a seed, or of the secret of a signing key (<see cref="Cryptography.SigningKey.SecretSize"/>).</summary>
    /// <exception cref="KmsException">It could not, or the wrap was made under another context.</exception>
    Task<UnwrappedSecret> UnwrapAsync(KeyWrap wrap, EncryptionContext context, CancellationToken cancellationToken);
}
