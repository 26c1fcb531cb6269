using BitFaster.Caching;
using KmsGateway.Cryptography;
using KmsGateway.Keys.Instruments;
using KmsGateway.Keys.Providers;
using KmsGateway.Keys.Resilience;
using KmsGateway.Keys.Stores;
using Microsoft.Extensions.Logging;

namespace KmsGateway.Keys.Retrieval;

/// <summary>Gets signing keys. Context and public key come from the trust chain's entry.</summary>
internal sealed class SigningKeyRetriever(
    ResilientKms kms,
    IKeyStore store,
    ActiveKeys activeKeys,
    RefusedKeys refused,
    LiveKeys<CachedSigningKey> live,
    TimeProvider time,
    ILogger<SigningKeyRetriever> logger) : KeyRetriever<CachedSigningKey>(kms, store, refused, time, logger)
{
    /// <exception cref="KeyRetrievalException">It failed.</exception>
    public Task<Scoped<CachedSigningKey>> RetrieveAsync(Guid id, TrustedKey trusted) =>
        AnswerAsync(trusted.Key.Kid, trusted.Tenant, () => RetrieveOrThrowAsync(id, trusted, KmsPurpose.Retrieve));

    public override Task<CachedSigningKey> RefreshAsync(CachedSigningKey key) => RetrieveOrThrowAsync(key.Id, key.Trusted, KmsPurpose.Refresh);

    /// <summary>The same without answers for callers: for who looks after the cache.</summary>
    /// <param name="purpose">One of <see cref="KmsPurpose"/>.</param>
    /// <exception cref="KmsException">The KMS could not, or refuses.</exception>
    public Task<CachedSigningKey> RetrieveOrThrowAsync(Guid id, TrustedKey trusted, string purpose) => WithinBudgetAsync(async token =>
    {
        var since = Time.GetTimestamp();
        var context = EncryptionContext.ForSigningKey(Store.Id, trusted.Tenant, trusted.Key.Algorithm, id);
        var secret = await UnwrapAsync(context, trusted.Key.Kid, purpose, token);
        var key = new CachedSigningKey(secret.ToSigningKey(trusted.Key), id, trusted, since, live);

        // It is counted as alive before the look: a revocation either is seen here, or waits for this key.
        if (activeKeys.IsCurrent(trusted))
        {
            return key;
        }

        key.Dispose();
        throw new KeyRetrievalException(KeyFailure.Unavailable);
    });
}
