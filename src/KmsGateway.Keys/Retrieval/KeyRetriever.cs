using System.Diagnostics;
using BitFaster.Caching;
using KmsGateway.Keys.Instruments;
using KmsGateway.Keys.Providers;
using KmsGateway.Keys.Resilience;
using KmsGateway.Keys.Stores;
using Microsoft.Extensions.Logging;

namespace KmsGateway.Keys.Retrieval;

/// <summary>Gets the secret of a tenant's key from the store, unwrapped by the KMS.</summary>
/// <remarks>It runs on a token of its own, so that no impatient caller ends a retrieval that others wait for.</remarks>
internal abstract class KeyRetriever<T>(ResilientKms kms, IKeyStore store, RefusedKeys refused, TimeProvider time, ILogger logger) : IDisposable
    where T : CachedSecret
{
    // Of the store and the KMS together; the KMS alone has less (ResilientKms).
    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource _stopping = new();

    protected IKeyStore Store { get; } = store;

    protected TimeProvider Time { get; } = time;

    /// <summary>Unwraps a key anew.</summary>
    /// <exception cref="KmsException">The KMS could not, or refuses.</exception>
    /// <exception cref="KeyRetrievalException">It may not be used any more.</exception>
    public abstract Task<T> RefreshAsync(T key);

    public void Dispose()
    {
        _stopping.Cancel();
        _stopping.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>A retrieval as callers get it.</summary>
    /// <exception cref="KeyRetrievalException">It failed, or the KMS refused this key a moment ago.</exception>
    protected async Task<Scoped<T>> AnswerAsync(string kid, string tenant, Func<Task<T>> retrieve)
    {
        if (refused.Contains(kid))
        {
            throw new KeyRetrievalException(KeyFailure.Denied);
        }

        try
        {
            var key = await retrieve();
            refused.Remove(kid);
            return new Scoped<T>(key);
        }
        catch (KmsException exception)
        {
            KeysLog.KeyNotUnwrapped(logger, exception, kid, tenant);
            if (!KmsFailures.IsRefusal(exception.Failure))
            {
                throw new KeyRetrievalException(KeyFailure.Unavailable);
            }

            refused.Add(kid, KmsFailures.NeedsConfirmation(exception.Failure));
            throw new KeyRetrievalException(KeyFailure.Denied);
        }
        catch (Exception exception) when (exception is not KeyRetrievalException)
        {
            // The store, the budget, or a row that nobody can read.
            KeysLog.KeyNotUnwrapped(logger, exception, kid, tenant);
            throw new KeyRetrievalException(KeyFailure.Unavailable);
        }
    }

    protected async Task<TResult> WithinBudgetAsync<TResult>(Func<CancellationToken, Task<TResult>> action)
    {
        using var budget = new CancellationTokenSource(Budget, Time);
        using var token = CancellationTokenSource.CreateLinkedTokenSource(budget.Token, _stopping.Token);
        return await action(token.Token);
    }

    /// <param name="context">Rebuilt from what was asked for, never from the row: a row can only fail to fit.</param>
    /// <exception cref="KmsException">The KMS could not, or refuses.</exception>
    /// <exception cref="KeyRetrievalException">It was destroyed.</exception>
    protected async Task<UnwrappedSecret> UnwrapAsync(EncryptionContext context, string kid, string purpose, CancellationToken cancellationToken)
    {
        var wraps = await ReadWrapsAsync(context.Id, cancellationToken);
        if (wraps.Count > 0)
        {
            return await kms.UnwrapAsync(wraps, context, purpose, cancellationToken);
        }

        // Destroyed a moment ago, maybe by another gateway: the KMS has refused nothing.
        throw await Store.FindKeyAsync(kid, cancellationToken) is { DestroyedAt: not null } row
            ? new KeyRetrievalException(row.Purpose == KeyPurpose.Encryption ? KeyFailure.Shredded : KeyFailure.Unavailable)
            : new KmsException(KmsFailure.NotFound, $"The key store has no wrap of key {kid}.");
    }

    private async Task<IReadOnlyList<KeyWrap>> ReadWrapsAsync(Guid id, CancellationToken cancellationToken)
    {
        using var activity = KeysTracing.Source.StartActivity("kms.store.read_wraps", ActivityKind.Client);
        try
        {
            return await Store.ReadWrapsAsync(id, cancellationToken);
        }
        catch (Exception exception)
        {
            activity.Fail("store", $"The key store did not answer: {exception.GetType().Name}.");
            throw;
        }
    }
}
