using System.Security.Cryptography;
using KmsGateway.Cryptography;
using KmsGateway.Keys.Options;
using KmsGateway.Keys.Providers;
using KmsGateway.Keys.Stores;
using Microsoft.Extensions.Options;

namespace KmsGateway.Keys.Trust;

/// <summary>The key that signs the trust chain of this installation.</summary>
/// <remarks>Its private part is in memory only while it signs, which is seldom.</remarks>
internal sealed class TrustRoot(IKmsProvider provider, IKeyStore store, IOptions<SigningKeyOptions> options, TimeProvider time)
{
    private readonly string _algorithm = options.Value.Algorithm;

    private StoredRoot? _stored;
    private VerificationKey? _publicKey;

    public VerificationKey PublicKey => _publicKey ?? throw new InvalidOperationException("The trust root is not loaded.");

    /// <summary>Loads the root, on the first start makes it. Returns whether it is new.</summary>
    /// <remarks>
    /// The wrap must unwrap to the stored public key: the KMS thereby vouches for a row that anyone with the database could replace.
    /// </remarks>
    /// <exception cref="KmsException">The KMS did not make it, or does not vouch for it.</exception>
    /// <exception cref="KeyStartException">It is damaged, or has another algorithm than is wanted.</exception>
    public async Task<bool> LoadAsync(CancellationToken cancellationToken)
    {
        var stored = await store.FindRootAsync(cancellationToken);
        var isNew = stored is null;
        stored ??= await CreateAsync(cancellationToken);
        if (!VerificationKey.TryImport(stored.PublicKey, out var publicKey) || publicKey.Kid != stored.Kid)
        {
            throw new KeyStartException("The root key in the key store is damaged: its public key and its kid do not belong together.");
        }

        CheckAlgorithm(publicKey);
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
        var made = await provider.GenerateSigningKeyAsync(EncryptionContext.ForRoot(store.Id, _algorithm, id), cancellationToken);
        if (!VerificationKey.TryImport(made.PublicKey, out var publicKey) || publicKey.Algorithm != _algorithm)
        {
            throw new CryptographicException($"KMS provider '{provider.Name}' made a root key that is not one for {_algorithm}.");
        }

        // The root that counts is the one in the store, which may be that of a gateway started at the same time.
        return await store.AddRootAsync(new StoredRoot(id, publicKey.Kid, made.PublicKey, made.Wrap, now), cancellationToken);
    }

    private Task<SigningKey> UnwrapAsync(StoredRoot root, VerificationKey publicKey, CancellationToken cancellationToken) =>
        provider.UnwrapSigningKeyAsync(
            root.Wrap, EncryptionContext.ForRoot(store.Id, publicKey.Algorithm, root.Id), publicKey, cancellationToken);

    // The root that is there counts, even if it was made a moment ago by a gateway with the other setting.
    private void CheckAlgorithm(VerificationKey publicKey)
    {
        if (publicKey.Algorithm != _algorithm)
        {
            throw new KeyStartException(
                $"Signing:Algorithm is '{_algorithm}', but the keys of this key store are for '{publicKey.Algorithm}'. Set it to "
                + $"'{publicKey.Algorithm}', or start a new key store (DataDirectory, KeyStore:ConnectionString) and keep the trust file "
                + "of this one: what was signed so far is verified with it.");
        }
    }
}
