using KmsGateway.Cryptography;
using KmsGateway.Keys.Instruments;
using KmsGateway.Keys.Providers;
using KmsGateway.Keys.Resilience;
using KmsGateway.Keys.Stores;
using KmsGateway.Keys.Trust;

namespace KmsGateway.Keys.Rotation;

/// <summary>Makes signing keys, of the root's algorithm. It needs no right to unwrap them.</summary>
internal sealed class SigningKeyMaker(ResilientKms kms, IKeyStore store, TrustRoot root, TimeProvider time)
{
    /// <exception cref="KmsException">The KMS did not make it.</exception>
    public async Task<StoredKey> MakeAsync(string tenant, DateTimeOffset activateAt, string reason, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        var algorithm = root.PublicKey.Algorithm;
        var context = EncryptionContext.ForSigningKey(store.Id, tenant, algorithm, id);
        var made = await kms.GenerateSigningKeyAsync(context, KmsPurpose.Create, cancellationToken);
        if (!VerificationKey.TryImport(made.PublicKey, out var publicKey) || publicKey.Algorithm != algorithm)
        {
            throw new KmsException(KmsFailure.Misconfigured, $"KMS provider '{kms.Name}' made a key that is not one for {algorithm}.");
        }

        var version = new KeyVersion
        {
            Id = id,
            Kid = publicKey.Kid,
            Tenant = tenant,
            Algorithm = algorithm,
            PublicKey = made.PublicKey,
            Stage = KeyStage.Pending,
            MadeLocally = made.MadeLocally,
            Reason = reason,
            CreatedAt = now,
            ActivateAt = activateAt,
        };
        return new StoredKey(version, made.Wraps);
    }
}
