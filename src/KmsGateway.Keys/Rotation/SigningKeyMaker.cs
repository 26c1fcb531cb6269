using System.Security.Cryptography;
using KmsGateway.Cryptography;
using KmsGateway.Keys.Providers;
using KmsGateway.Keys.Stores;
using KmsGateway.Keys.Trust;

namespace KmsGateway.Keys.Rotation;

/// <summary>Makes signing keys, of the root's algorithm, that are proved to work before anything relies on them.</summary>
internal sealed class SigningKeyMaker(IKmsProvider provider, IKeyStore store, TrustRoot root, TimeProvider time)
{
    private const string SelfTestTyp = "kmsgw-selftest+jws";

    /// <exception cref="KmsException">The KMS did not make it, or it does not work.</exception>
    public async Task<StoredKey> MakeAsync(string tenant, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        var algorithm = root.PublicKey.Algorithm;
        var context = EncryptionContext.ForSigningKey(store.Id, tenant, algorithm, id);
        var made = await provider.GenerateSigningKeyAsync(context, cancellationToken);
        if (!VerificationKey.TryImport(made.PublicKey, out var publicKey) || publicKey.Algorithm != algorithm)
        {
            throw new CryptographicException($"KMS provider '{provider.Name}' made a key that is not one for {algorithm}.");
        }

        await TestAsync(made.Wrap, context, publicKey, cancellationToken);
        return new StoredKey
        {
            Id = id,
            Kid = publicKey.Kid,
            Tenant = tenant,
            Algorithm = publicKey.Algorithm,
            PublicKey = made.PublicKey,
            CreatedAt = now,
            Wrap = made.Wrap,
        };
    }

    // The type makes sure that what is signed here can never pass for evidence.
    private async Task TestAsync(KeyWrap wrap, EncryptionContext context, VerificationKey publicKey, CancellationToken cancellationToken)
    {
        using var key = await provider.UnwrapSigningKeyAsync(wrap, context, publicKey, cancellationToken);
        var input = Jws.SigningInput(publicKey, SelfTestTyp, context.ToBytes());
        if (!Jws.TryVerify(Jws.Compact(input, key.Sign(input)), publicKey, SelfTestTyp, out _))
        {
            throw new CryptographicException($"The new key {publicKey.Kid} does not verify what it signs.");
        }
    }
}
