using System.Collections.Frozen;
using BitFaster.Caching;
using KmsGateway.Cryptography;
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
    private readonly TimeSpan _callerWait;
    private readonly TimeProvider _time;

    private volatile FrozenSet<string>? _served;

    internal TenantKeys(
        IOptions<KmsOptions> kms, ActiveKeys activeKeys, SigningKeyCache cache, KeyRetriever retriever, TimeProvider time)
    {
        _activeKeys = activeKeys;
        _cache = cache;
        _retriever = retriever;
        _callerWait = kms.Value.CallerWait;
        _time = time;
    }

    /// <summary>The tenants of the settings and those that were added while gateways ran.</summary>
    public IReadOnlySet<string> Tenants => _activeKeys.Tenants;

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

        var failure = _activeKeys.Find(tenant, out var id, out var trusted);
        if (failure is not KeyFailure.None)
        {
            return new(SigningKeyResult.Failed(failure));
        }

        return _cache.TryLease(trusted.Key.Kid, out var lifetime)
            ? new(Checked(lifetime, trusted))
            : new(RetrieveAsync(id, trusted, cancellationToken));
    }

    private async Task<SigningKeyResult> RetrieveAsync(Guid id, TrustedKey trusted, CancellationToken cancellationToken)
    {
        var pending = _cache.LeaseAsync(
            trusted.Key.Kid,
            static (_, key) => Task.Run(() => key._retriever.RetrieveAsync(key.id, key.trusted)),
            (_retriever, id, trusted));
        try
        {
            return Checked(await pending.WaitAsync(_callerWait, _time, cancellationToken), trusted);
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
    private SigningKeyResult Checked(Lifetime<CachedSigningKey> lifetime, TrustedKey trusted)
    {
        if (_activeKeys.IsCurrent(trusted))
        {
            return SigningKeyResult.Of(new SigningKeyLease(lifetime, trusted));
        }

        _cache.Remove(trusted.Key.Kid);
        lifetime.Dispose();
        return SigningKeyResult.Failed(KeyFailure.Unavailable);
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
