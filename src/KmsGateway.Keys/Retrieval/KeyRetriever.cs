using BitFaster.Caching;
using KmsGateway.Cryptography;
using KmsGateway.Keys.Providers;
using KmsGateway.Keys.Stores;
using Microsoft.Extensions.Logging;

namespace KmsGateway.Keys.Retrieval;

/// <summary>Gets a tenant's private key from the store, unwrapped by the KMS.</summary>
/// <remarks>It runs on a token of its own, so that no impatient caller ends a retrieval that others wait for.</remarks>
internal sealed class KeyRetriever(IKmsProvider provider, IKeyStore store, TimeProvider time, ILogger<KeyRetriever> logger) : IDisposable
{
    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(8);

    private readonly CancellationTokenSource _stopping = new();

    /// <exception cref="KeyRetrievalException">It failed.</exception>
    public async Task<Scoped<CachedSigningKey>> RetrieveAsync(Guid id, TrustedKey trusted)
    {
        using var budget = new CancellationTokenSource(Budget, time);
        var since = time.GetTimestamp();
        try
        {
            using var token = CancellationTokenSource.CreateLinkedTokenSource(budget.Token, _stopping.Token);
            return new Scoped<CachedSigningKey>(new CachedSigningKey(await UnwrapAsync(id, trusted, token.Token), since));
        }
        catch (KmsException exception)
        {
            KeysLog.KeyNotUnwrapped(logger, exception, trusted.Key.Kid, trusted.Tenant);
            throw new KeyRetrievalException(Answer(exception.Failure));
        }
        catch (Exception exception)
        {
            // The store, the budget, or a row that nobody can read.
            KeysLog.KeyNotUnwrapped(logger, exception, trusted.Key.Kid, trusted.Tenant);
            throw new KeyRetrievalException(KeyFailure.Unavailable);
        }
    }

    public void Dispose()
    {
        _stopping.Cancel();
        _stopping.Dispose();
    }

    // Context and public key come from the trust chain's entry, never from the row: a row can only fail to fit.
    private async Task<SigningKey> UnwrapAsync(Guid id, TrustedKey trusted, CancellationToken cancellationToken)
    {
        var stored = await store.FindKeyAsync(id, cancellationToken)
            ?? throw new KmsException(KmsFailure.NotFound, $"The key store has no wrap of key {trusted.Key.Kid}.");
        var context = EncryptionContext.ForSigningKey(store.Id, trusted.Tenant, trusted.Key.Algorithm, id);
        return await provider.UnwrapSigningKeyAsync(stored.Wrap, context, trusted.Key, cancellationToken);
    }

    private static KeyFailure Answer(KmsFailure failure) => failure switch
    {
        KmsFailure.Unavailable or KmsFailure.Misconfigured => KeyFailure.Unavailable,
        _ => KeyFailure.Denied,
    };
}
