using KmsGateway.Cryptography;

namespace KmsGateway.Keys.Providers;

/// <summary>A key management service: it makes secrets that leave it only wrapped, and unwraps them for who names their context.</summary>
/// <remarks>Each call is one attempt. Repetition, limits and time are <see cref="Resilience.ResilientKms"/>'s.</remarks>
internal interface IKmsProvider
{
    /// <summary>The name in <c>Kms:Provider</c>, in wraps and in health answers.</summary>
    string Name { get; }

    /// <summary>Where it is, in order of preference; one that is in one place only has an empty name.</summary>
    IReadOnlyList<string> Regions { get; }

    /// <summary>Whether seeds are made by this program, which so holds them in memory, and not by the KMS.</summary>
    bool MakesSeedsLocally { get; }

    /// <summary>Makes a key pair of the context's algorithm, with a wrap for each Region.</summary>
    /// <exception cref="KmsException">It could not.</exception>
    Task<WrappedSigningKey> GenerateSigningKeyAsync(string region, EncryptionContext context, CancellationToken cancellationToken);

    /// <summary>Makes 32 random bytes that nobody has seen, with a wrap for each Region.</summary>
    /// <exception cref="KmsException">It could not.</exception>
    Task<IReadOnlyList<KeyWrap>> GenerateSeedAsync(string region, EncryptionContext context, CancellationToken cancellationToken);

    /// <summary>The 32 bytes of a seed, or of the secret of a signing key (<see cref="SigningKey.SecretSize"/>).</summary>
    /// <exception cref="KmsException">It could not, or the wrap was made under another context.</exception>
    Task<UnwrappedSecret> UnwrapAsync(KeyWrap wrap, EncryptionContext context, CancellationToken cancellationToken);

    /// <summary>The root key of this installation: made now, or the one its owner has made in the KMS.</summary>
    /// <exception cref="KmsException">There is none.</exception>
    Task<WrappedSigningKey> GetOrCreateRootAsync(string region, EncryptionContext context, CancellationToken cancellationToken);

    /// <summary>What the KMS, not the store, says is the public key of the root.</summary>
    /// <exception cref="KmsException">It does not vouch for it.</exception>
    Task<VerificationKey> GetRootPublicKeyAsync(KeyWrap root, EncryptionContext context, CancellationToken cancellationToken);

    /// <summary>A signature by the root.</summary>
    /// <exception cref="KmsException">It could not.</exception>
    Task<byte[]> SignByRootAsync(KeyWrap root, EncryptionContext context, byte[] input, CancellationToken cancellationToken);
}
