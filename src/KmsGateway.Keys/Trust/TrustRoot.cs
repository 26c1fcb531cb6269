using System.Security.Cryptography;
using KmsGateway.Cryptography;
using KmsGateway.Keys.Providers;
using KmsGateway.Keys.Stores;

namespace KmsGateway.Keys.Trust;

/// <summary>The key that signs the trust chain of this installation.</summary>
/// <remarks>Its private part is in memory only while it signs, which is seldom.</remarks>
internal sealed class TrustRoot(IKmsProvider provider, IKeyStore store, TimeProvider time)
{
    private StoredRoot? _stored;
    private VerificationKey? _publicKey;

    public VerificationKey PublicKey => _publicKey ?? throw new InvalidOperationException("The trust root is not loaded.");

    /// <summary>Loads the root, on the first start makes it. Returns whether it is new.</summary>
    /// <remarks>
    /// The wrap must unwrap to the stored public key: the KMS thereby vouches for a row that anyone with the database could replace.
    /// </remarks>
    /// <exception cref="KmsException">The KMS did not make it, or does not vouch for it.</exception>
    public async Task<bool> LoadAsync(CancellationToken cancellationToken)
    {
        var stored = await store.FindRootAsync(cancellationToken);
        var isNew = stored is null;
        stored ??= await CreateAsync(cancellationToken);
        if (!VerificationKey.TryImport(stored.PublicKey, out var publicKey) || publicKey.Kid != stored.Kid)
        {
            throw new KeyStartException("The root key in the key store is damaged: its public key and its kid do not belong together.");
        }

        using (await UnwrapAsync(stored, publicKey, cancellationToken))
        {
            _stored = stored;
            _publicKey = publicKey;
        }

        return isNew;
    }

    public async Task<string> SignAsync(string typ, byte[] payload, CancellationToken cancellationToken)
    {
        var publicKey = PublicKey;
        using var key = await UnwrapAsync(_stored!, publicKey, cancellationToken);
        var input = Jws.SigningInput(publicKey, typ, payload);
        return Jws.Compact(input, key.Sign(input));
    }

    private async Task<StoredRoot> CreateAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        var made = await provider.GenerateSigningKeyAsync(EncryptionContext.ForRoot(store.Id, id), cancellationToken);
        if (!VerificationKey.TryImport(made.PublicKey, out var publicKey))
        {
            throw new CryptographicException($"KMS provider '{provider.Name}' made a root key that is not an Ed25519 key.");
        }

        // The root that counts is the one in the store, which may be that of a gateway started at the same time.
        return await store.AddRootAsync(new StoredRoot(id, publicKey.Kid, made.PublicKey, made.Wrap, now), cancellationToken);
    }

    private Task<SigningKey> UnwrapAsync(StoredRoot root, VerificationKey publicKey, CancellationToken cancellationToken) =>
        provider.UnwrapSigningKeyAsync(root.Wrap, EncryptionContext.ForRoot(store.Id, root.Id), publicKey, cancellationToken);
}
