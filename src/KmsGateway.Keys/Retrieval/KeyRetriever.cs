using System.Diagnostics;
using BitFaster.Caching;
using KmsGateway.Cryptography;
using KmsGateway.Keys.Instruments;
using KmsGateway.Keys.Providers;
using KmsGateway.Keys.Resilience;
using KmsGateway.Keys.Stores;
using Microsoft.Extensions.Logging;

namespace KmsGateway.Keys.Retrieval;

/// <summary>Gets a tenant's private key from the store, unwrapped by the KMS.</summary>
/// <remarks>It runs on a token of its own, so that no impatient caller ends a retrieval that others wait for.</remarks>
internal sealed class KeyRetriever(
    ResilientKms kms,
    IKeyStore store,
    ActiveKeys activeKeys,
    RefusedKeys refused,
    LiveKeys live,
    TimeProvider time,
    ILogger<KeyRetriever> logger) : IDisposable
{
    // Of the store and the KMS together; the KMS alone has less (ResilientKms).
    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource _stopping = new();

    /// <exception cref="KeyRetrievalException">It failed.</exception>
    public async Task<Scoped<CachedSigningKey>> RetrieveAsync(Guid id, TrustedKey trusted)
    {
        if (refused.Contains(trusted.Key.Kid))
        {
            throw new KeyRetrievalException(KeyFailure.Denied);
        }

        try
        {
            var key = await RetrieveOrThrowAsync(id, trusted, KmsPurpose.Retrieve);
            refused.Remove(trusted.Key.Kid);
            return new Scoped<CachedSigningKey>(key);
        }
        catch (KmsException exception)
        {
            KeysLog.KeyNotUnwrapped(logger, exception, trusted.Key.Kid, trusted.Tenant);
            if (!KmsFailures.IsRefusal(exception.Failure))
            {
                throw new KeyRetrievalException(KeyFailure.Unavailable);
            }

            refused.Add(trusted.Key.Kid, KmsFailures.NeedsConfirmation(exception.Failure));
            throw new KeyRetrievalException(KeyFailure.Denied);
        }
        catch (Exception exception) when (exception is not KeyRetrievalException)
        {
            // The store, the budget, or a row that nobody can read.
            KeysLog.KeyNotUnwrapped(logger, exception, trusted.Key.Kid, trusted.Tenant);
            throw new KeyRetrievalException(KeyFailure.Unavailable);
        }
    }

    /// <summary>The same without answers for callers: for who looks after the cache.</summary>
    /// <param name="purpose">One of <see cref="KmsPurpose"/>.</param>
    /// <exception cref="KmsException">The KMS could not, or refuses.</exception>
    public async Task<CachedSigningKey> RetrieveOrThrowAsync(Guid id, TrustedKey trusted, string purpose)
    {
        using var budget = new CancellationTokenSource(Budget, time);
        using var token = CancellationTokenSource.CreateLinkedTokenSource(budget.Token, _stopping.Token);
        var since = time.GetTimestamp();
        var secret = await UnwrapAsync(id, trusted, purpose, token.Token);
        var key = new CachedSigningKey(secret.ToSigningKey(trusted.Key), id, trusted, since, live);

        // It is counted as alive before the look: a revocation either is seen here, or waits for this key.
        if (activeKeys.IsCurrent(trusted))
        {
            return key;
        }

        key.Dispose();
        throw new KeyRetrievalException(KeyFailure.Unavailable);
    }

    public void Dispose()
    {
        _stopping.Cancel();
        _stopping.Dispose();
    }

    // Context and public key come from the trust chain's entry, never from the row: a row can only fail to fit.
    private async Task<UnwrappedSecret> UnwrapAsync(Guid id, TrustedKey trusted, string purpose, CancellationToken cancellationToken)
    {
        var wraps = await ReadWrapsAsync(id, cancellationToken);
        if (wraps.Count == 0)
        {
            throw new KmsException(KmsFailure.NotFound, $"The key store has no wrap of key {trusted.Key.Kid}.");
        }

        var context = EncryptionContext.ForSigningKey(store.Id, trusted.Tenant, trusted.Key.Algorithm, id);
        return await kms.UnwrapAsync(wraps, context, purpose, cancellationToken);
    }

    private async Task<IReadOnlyList<KeyWrap>> ReadWrapsAsync(Guid id, CancellationToken cancellationToken)
    {
        using var activity = KeysTracing.Source.StartActivity("kms.store.read_wraps", ActivityKind.Client);
        try
        {
            return await store.ReadWrapsAsync(id, cancellationToken);
        }
        catch (Exception exception)
        {
            activity.Fail("store", $"The key store did not answer: {exception.GetType().Name}.");
            throw;
        }
    }
}
