using BitFaster.Caching;
using KmsGateway.Keys.Instruments;
using KmsGateway.Keys.Providers;
using KmsGateway.Keys.Resilience;
using KmsGateway.Keys.Stores;
using Microsoft.Extensions.Logging;

namespace KmsGateway.Keys.Retrieval;

/// <summary>Gets seeds, of any version that has a wrap. The KMS vouches for the tenant and the id that it is asked for.</summary>
internal sealed class SeedRetriever(
    ResilientKms kms, IKeyStore store, RefusedKeys refused, LiveKeys<CachedSeed> live, TimeProvider time, ILogger<SeedRetriever> logger)
    : KeyRetriever<CachedSeed>(kms, store, refused, time, logger)
{
    /// <summary>The seed of a kid, whose tenant only the store knows.</summary>
    /// <exception cref="KeyRetrievalException">It failed.</exception>
    public async Task<Scoped<CachedSeed>> RetrieveAsync(Guid id)
    {
        string tenant;
        try
        {
            tenant = await WithinBudgetAsync(token => FindTenantAsync(id, token));
        }
        catch (Exception exception) when (exception is not KeyRetrievalException)
        {
            KeysLog.SeedNotFound(logger, exception, SeedId.KidOf(id));
            throw new KeyRetrievalException(KeyFailure.Unavailable);
        }

        return await RetrieveAsync(id, tenant);
    }

    /// <summary>The seed of a tenant.</summary>
    /// <exception cref="KeyRetrievalException">It failed.</exception>
    public Task<Scoped<CachedSeed>> RetrieveAsync(Guid id, string tenant) =>
        AnswerAsync(SeedId.KidOf(id), tenant, () => RetrieveOrThrowAsync(id, tenant, KmsPurpose.Retrieve));

    public override Task<CachedSeed> RefreshAsync(CachedSeed key) => RetrieveOrThrowAsync(key.Id, key.Tenant, KmsPurpose.Refresh);

    private Task<CachedSeed> RetrieveOrThrowAsync(Guid id, string tenant, string purpose) => WithinBudgetAsync(async token =>
    {
        var since = Time.GetTimestamp();
        var kid = SeedId.KidOf(id);
        using var secret = await UnwrapAsync(EncryptionContext.ForSeed(Store.Id, tenant, id), kid, purpose, token);
        var seed = new CachedSeed(secret.ToSeed(tenant, kid), id, since, live);
        try
        {
            // The wrap may have been read just before it was deleted. It is counted as alive before the look: a shred either is seen here, or
            // waits for this seed.
            ThrowIfUnusable(await Store.FindKeyAsync(kid, token));
            return seed;
        }
        catch
        {
            seed.Dispose();
            throw;
        }
    });

    private async Task<string> FindTenantAsync(Guid id, CancellationToken cancellationToken)
    {
        var row = await Store.FindKeyAsync(SeedId.KidOf(id), cancellationToken);
        ThrowIfUnusable(row);
        return row!.Tenant;
    }

    // Nothing was ever encrypted under one that was not in use yet.
    private static void ThrowIfUnusable(KeyVersion? row)
    {
        if (row is not { Purpose: KeyPurpose.Encryption, Stage: KeyStage.Active or KeyStage.Retired })
        {
            throw new KeyRetrievalException(KeyFailure.NoKey);
        }

        if (row.DestroyedAt is not null)
        {
            throw new KeyRetrievalException(KeyFailure.Shredded);
        }
    }
}
