using System.Security.Cryptography;
using KmsGateway.Cryptography;
using KmsGateway.Keys.Instruments;
using KmsGateway.Keys.Options;
using KmsGateway.Keys.Providers;
using KmsGateway.Keys.Resilience;
using KmsGateway.Keys.Stores;
using Microsoft.Extensions.Options;

namespace KmsGateway.Keys.Trust;

/// <summary>The key that signs the trust chain of this installation.</summary>
internal sealed class TrustRoot(ResilientKms kms, IKeyStore store, IOptions<SigningKeyOptions> options, KeyRetrievals retrievals, TimeProvider time)
{
    private readonly string _algorithm = options.Value.Algorithm;

    private StoredRoot? _stored;
    private VerificationKey? _publicKey;

    public VerificationKey PublicKey => _publicKey ?? throw new InvalidOperationException("The trust root is not loaded.");

    /// <summary>Loads the root, on the first start makes it. Returns whether it is new.</summary>
    /// <remarks>The KMS must vouch for it: a row could be replaced by anyone with the database.</remarks>
    /// <exception cref="KmsException">The KMS did not make it, or does not vouch for it.</exception>
    /// <exception cref="KeyStartException">It is damaged, another one than the KMS has, or for another algorithm than is wanted.</exception>
    public async Task<bool> LoadAsync(bool mayCreate, CancellationToken cancellationToken)
    {
        var stored = await store.FindRootAsync(cancellationToken);
        var isNew = stored is null;
        if (isNew && !mayCreate)
        {
            throw new KeyStartException(
                "The key store is empty, and this gateway makes no keys (Rotation:Enabled is false). Start one with Rotation:Enabled=true on "
                + "this key store first.");
        }

        stored ??= await CreateAsync(cancellationToken);
        if (!VerificationKey.TryImport(stored.PublicKey, out var publicKey) || publicKey.Kid != stored.Kid)
        {
            throw new KeyStartException("The root key in the key store is damaged: its public key and its kid do not belong together.");
        }

        CheckAlgorithm(publicKey);
        var vouched = await GetPublicKeyAsync(stored, publicKey, cancellationToken);
        if (!CryptographicOperations.FixedTimeEquals(vouched.Bytes, publicKey.Bytes))
        {
            throw new KeyStartException(
                $"The root key in the key store ({publicKey.Kid}) is not the one that the KMS has ({vouched.Kid}). Somebody has written to the "
                + "store, or Kms:RootKeyId names another key than when it was set up.");
        }

        _stored = stored;
        _publicKey = publicKey;
        return isNew;
    }

    public async Task<string> SignAsync(string typ, byte[] payload, CancellationToken cancellationToken)
    {
        var publicKey = PublicKey;
        var input = Jws.SigningInput(publicKey, typ, payload);
        var signature = await kms.SignByRootAsync(_stored!.Wraps, ContextOf(_stored, publicKey), input, cancellationToken);
        return publicKey.Verify(input, signature)
            ? Jws.Compact(input, signature)
            : throw new KmsException(KmsFailure.Misconfigured, $"What the KMS signs as root does not verify under {publicKey.Kid}.");
    }

    private async Task<VerificationKey> GetPublicKeyAsync(StoredRoot root, VerificationKey publicKey, CancellationToken cancellationToken)
    {
        using var miss = retrievals.StartMiss(KeyKind.Public, tenant: null, retrievals.Start());
        try
        {
            return await kms.GetRootPublicKeyAsync(root.Wraps, ContextOf(root, publicKey), cancellationToken);
        }
        catch (KmsException exception)
        {
            miss.Fail(KmsException.Code(exception.Failure));
            throw;
        }
    }

    private async Task<StoredRoot> CreateAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        var made = await kms.GetOrCreateRootAsync(EncryptionContext.ForRoot(store.Id, _algorithm, id), cancellationToken);
        if (!VerificationKey.TryImport(made.PublicKey, out var publicKey) || publicKey.Algorithm != _algorithm)
        {
            throw new KmsException(
                KmsFailure.Misconfigured, $"The root key of KMS provider '{kms.Name}' is not one for Signing:Algorithm '{_algorithm}'.");
        }

        // The root that counts is the one in the store, which may be that of a gateway started at the same time.
        return await store.AddRootAsync(new StoredRoot(id, publicKey.Kid, made.PublicKey, made.Wraps, now), cancellationToken);
    }

    private EncryptionContext ContextOf(StoredRoot root, VerificationKey publicKey) =>
        EncryptionContext.ForRoot(store.Id, publicKey.Algorithm, root.Id);

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
