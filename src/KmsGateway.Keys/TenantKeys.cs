using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using BitFaster.Caching;
using KmsGateway.Cryptography;
using KmsGateway.Keys.Instruments;
using KmsGateway.Keys.Options;
using KmsGateway.Keys.Retrieval;
using Microsoft.Extensions.Options;

namespace KmsGateway.Keys;

/// <summary>The front door: a tenant's name in, a lease on its signing key out.</summary>
public sealed class TenantKeys
{
    private readonly ActiveKeys _activeKeys;
    private readonly SigningKeyCache _cache;
    private readonly KeyRetriever _retriever;
    private readonly KeyRetrievals _retrievals;
    private readonly TimeSpan _callerWait;
    private readonly TimeProvider _time;

    private volatile FrozenSet<string>? _served;

    internal TenantKeys(
        IOptions<KmsOptions> kms,
        ActiveKeys activeKeys,
        SigningKeyCache cache,
        KeyRetriever retriever,
        KeyRetrievals retrievals,
        TimeProvider time)
    {
        _activeKeys = activeKeys;
        _cache = cache;
        _retriever = retriever;
        _retrievals = retrievals;
        _callerWait = kms.Value.CallerWait;
        _time = time;
    }

    /// <summary>The tenants of the settings and those that were added while gateways ran.</summary>
    public IReadOnlySet<string> Tenants => _activeKeys.Tenants;

    /// <summary>Whether a key that somebody uses is in memory and may sign, whatever becomes of the KMS.</summary>
    public bool HasUsableKeys => _cache.HasUsableKeys;

    /// <summary>Whether it is a tenant of this gateway, and served by it.</summary>
    public bool IsKnown(string tenant) => _activeKeys.Tenants.Contains(tenant) && (_served?.Contains(tenant) ?? true);

    /// <summary>Serves these tenants and no others, until it is told anew: what they need besides keys is there.</summary>
    public void Serve(IEnumerable<string> tenants) => _served = tenants.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Waits until the tenants were read anew. Taken before a look at them, nothing is missed.</summary>
    public Task WaitForRefreshAsync(CancellationToken cancellationToken) => _activeKeys.WaitForRefreshAsync(cancellationToken);

    /// <summary>A lease on the tenant's signing key, at once if it is cached, else within <c>Kms:CallerWait</c>.</summary>
    /// <exception cref="OperationCanceledException">The caller gave up. The retrieval goes on for the others and for the cache.</exception>
    public ValueTask<SigningKeyResult> GetSigningKeyAsync(string tenant, CancellationToken cancellationToken)
    {
        if (!IsKnown(tenant))
        {
            return new(SigningKeyResult.Failed(KeyFailure.UnknownTenant));
        }

        var start = _retrievals.Start();
        var failure = _activeKeys.Find(tenant, out var id, out var trusted);
        if (failure is KeyFailure.None && _cache.TryLease(trusted.Key.Kid, out var lifetime) && TryCheck(lifetime, trusted, out var lease))
        {
            _retrievals.FromCache(KeyKind.Signing, tenant, start);
            return new(SigningKeyResult.Of(lease));
        }

        return new(MissAsync(tenant, start, failure, id, trusted, cancellationToken));
    }

    // Whatever the cache did not answer at once is a miss, and one that ends without a key an error: who gave up is neither well nor an error.
    private async Task<SigningKeyResult> MissAsync(
        string tenant, long start, KeyFailure failure, Guid id, TrustedKey trusted, CancellationToken cancellationToken)
    {
        using var activity = _retrievals.StartMiss(KeyKind.Signing, tenant);
        string? error = null;
        try
        {
            var result = failure is KeyFailure.None ? await RetrieveAsync(id, trusted, cancellationToken) : SigningKeyResult.Failed(failure);
            error = result.Failure is KeyFailure.None ? null : result.Failure.Code();
            return result;
        }
        finally
        {
            _retrievals.EndMiss(KeyKind.Signing, tenant, start, activity, error);
        }
    }

    private async Task<SigningKeyResult> RetrieveAsync(Guid id, TrustedKey trusted, CancellationToken cancellationToken)
    {
        var pending = _cache.LeaseAsync(
            trusted.Key.Kid,
            static (_, key) => Task.Run(() => key._retriever.RetrieveAsync(key.id, key.trusted)),
            (_retriever, id, trusted));
        try
        {
            var lifetime = await pending.WaitAsync(_callerWait, _time, cancellationToken);
            return TryCheck(lifetime, trusted, out var lease) ? SigningKeyResult.Of(lease) : SigningKeyResult.Failed(KeyFailure.Unavailable);
        }
        catch (KeyRetrievalException exception)
        {
            return SigningKeyResult.Failed(exception.Failure);
        }
        catch (InvalidOperationException)
        {
            // The cache gives up on a key that is evicted again and again before it can be leased: it is far too small for the load.
            return SigningKeyResult.Failed(KeyFailure.Unavailable);
        }
        catch (TimeoutException)
        {
            GiveBack(pending);
            return SigningKeyResult.Failed(KeyFailure.Unavailable);
        }
        catch (OperationCanceledException)
        {
            GiveBack(pending);
            throw;
        }
    }

    // A key may be withdrawn between the look at what is active and the lease. Who looks once more with the lease in hand either sees
    // that, or is waited for by whoever withdraws it (LiveKeys).
    private bool TryCheck(Lifetime<CachedSigningKey> lifetime, TrustedKey trusted, [NotNullWhen(true)] out SigningKeyLease? lease)
    {
        if (_activeKeys.IsCurrent(trusted))
        {
            lease = new SigningKeyLease(lifetime, trusted);
            return true;
        }

        lease = null;
        _cache.Remove(trusted.Key.Kid);
        lifetime.Dispose();
        return false;
    }

    // The lease of a caller who has gone would keep the key in memory for ever.
    private static void GiveBack(Task<Lifetime<CachedSigningKey>> pending) => _ = pending.ContinueWith(
        static task =>
        {
            if (task.IsCompletedSuccessfully)
            {
                task.Result.Dispose();
            }
            else
            {
                // Seen, so that it is not reported as an exception nobody looked at; it was logged where it was raised.
                _ = task.Exception;
            }
        },
        CancellationToken.None,
        TaskContinuationOptions.ExecuteSynchronously,
        TaskScheduler.Default);
}
