using KmsGateway.Cryptography;
using KmsGateway.Keys.Instruments;
using KmsGateway.Keys.Providers;
using KmsGateway.Keys.Resilience;
using KmsGateway.Keys.Retrieval;
using KmsGateway.Keys.Stores;
using KmsGateway.Keys.Trust;

namespace KmsGateway.Keys.Rotation;

/// <summary>Makes signing keys, of the root's algorithm, and seeds. It needs no right to unwrap them.</summary>
internal sealed class KeyMaker(ResilientKms kms, IKeyStore store, TrustRoot root, TimeProvider time)
{
    /// <exception cref="KmsException">The KMS did not make it.</exception>
    public Task<StoredKey> MakeAsync(string tenant, RotationAction.Make make, CancellationToken cancellationToken) =>
        make.Purpose == KeyPurpose.Signing
            ? MakeSigningKeyAsync(tenant, make, cancellationToken)
            : MakeSeedAsync(tenant, make, cancellationToken);

    private async Task<StoredKey> MakeSigningKeyAsync(string tenant, RotationAction.Make make, CancellationToken cancellationToken)
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

        return new StoredKey(Version(context, make, publicKey.Kid, made.PublicKey, made.MadeLocally, now), made.Wraps);
    }

    private async Task<StoredKey> MakeSeedAsync(string tenant, RotationAction.Make make, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var context = EncryptionContext.ForSeed(store.Id, tenant, Guid.CreateVersion7(now));
        var wraps = await kms.GenerateSeedAsync(context, KmsPurpose.Create, cancellationToken);
        return new StoredKey(
            Version(context, make, SeedId.KidOf(context.Id), publicKey: [], kms.Provider.MakesSeedsLocally, now), wraps);
    }

    private static KeyVersion Version(
        EncryptionContext context, RotationAction.Make make, string kid, byte[] publicKey, bool madeLocally, DateTimeOffset now)
    {
        return new KeyVersion
        {
            Id = context.Id,
            Kid = kid,
            Tenant = context.Tenant,
            Purpose = context.Purpose,
            Algorithm = context.Algorithm,
            PublicKey = publicKey,
            Stage = KeyStage.Pending,
            MadeLocally = madeLocally,
            Reason = make.Reason,
            CreatedAt = now,
            ActivateAt = make.ActivateAt,
        };
    }
}
