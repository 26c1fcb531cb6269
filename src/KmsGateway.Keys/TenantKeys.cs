using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using BitFaster.Caching;
using KmsGateway.Cryptography;
using KmsGateway.Keys.Instruments;
using KmsGateway.Keys.Retrieval;

namespace KmsGateway.Keys;

/// <summary>The front door: a tenant's name in, a lease on its signing key or its seed out.</summary>
public sealed class TenantKeys
{
    private readonly ActiveKeys _activeKeys;
    private readonly KeyCache<CachedSigningKey> _cache;
    private readonly SigningKeyRetriever _retriever;
    private readonly KeyCache<CachedSeed> _seeds;
    private readonly SeedRetriever _seedRetriever;
    private readonly KeyRetrievals _retrievals;

    private volatile FrozenSet<string>? _served;

    internal TenantKeys(
        ActiveKeys activeKeys,
        KeyCache<CachedSigningKey> cache,
        SigningKeyRetriever retriever,
        KeyCache<CachedSeed> seeds,
        SeedRetriever seedRetriever,
        KeyRetrievals retrievals)
    {
        (_activeKeys, _cache, _retriever) = (activeKeys, cache, retriever);
        (_seeds, _seedRetriever, _retrievals) = (seeds, seedRetriever, retrievals);
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
    public ValueTask<KeyResult<SigningKeyLease>> GetSigningKeyAsync(string tenant, CancellationToken cancellationToken)
    {
        if (!IsKnown(tenant))
        {
            return new(new KeyResult<SigningKeyLease>(KeyFailure.UnknownTenant));
        }

        var start = _retrievals.Start();
        var failure = _activeKeys.Find(tenant, out var id, out var trusted);
        if (failure is KeyFailure.None && _cache.TryLease(trusted.Key.Kid, out var lifetime) && TryCheck(lifetime, trusted, out var lease))
        {
            _retrievals.FromCache(KeyKind.Signing, tenant, start);
            return new(new KeyResult<SigningKeyLease>(lease));
        }

        return new(MissAsync(tenant, start, failure, id, trusted, cancellationToken));
    }

    /// <summary>A lease on the seed that the tenant encrypts with now, at once if it is cached, else within <c>Kms:CallerWait</c>.</summary>
    /// <exception cref="OperationCanceledException">The caller gave up. The retrieval goes on for the others and for the cache.</exception>
    public ValueTask<KeyResult<EncryptionKeyLease>> GetEncryptionKeyAsync(string tenant, CancellationToken cancellationToken)
    {
        if (!IsKnown(tenant))
        {
            return new(new KeyResult<EncryptionKeyLease>(KeyFailure.UnknownTenant));
        }

        var start = _retrievals.Start();
        var failure = _activeKeys.FindSeed(tenant, out var seed);
        if (failure is KeyFailure.None && _seeds.TryLease(seed.Kid, out var lifetime))
        {
            return new(FromCache(lifetime, tenant, tenant, start));
        }

        return new(MissSeedAsync(tenant, start, failure, seed?.Id ?? Guid.Empty, cancellationToken));
    }

    /// <summary>
    /// A lease on the seed of this kid, whichever tenant's it is (<see cref="EncryptionKeyLease.Tenant"/>) and whether or not that is served or
    /// encrypts any more: of any version that was in use and was not shredded.
    /// </summary>
    /// <exception cref="OperationCanceledException">The caller gave up. The retrieval goes on for the others and for the cache.</exception>
    public ValueTask<KeyResult<EncryptionKeyLease>> GetDecryptionKeyAsync(string kid, CancellationToken cancellationToken)
    {
        var start = _retrievals.Start();
        var isKid = SeedId.TryParse(kid, out var id);
        var failure = (isKid, _activeKeys.IsTooOld) switch
        {
            (false, _) => KeyFailure.NoKey,
            (_, true) => KeyFailure.Unavailable,
            _ => KeyFailure.None,
        };
        if (failure is KeyFailure.None && _seeds.TryLease(kid, out var lifetime))
        {
            return new(FromCache(lifetime, lifetime.Value.Tenant, encryptsFor: null, start));
        }

        return new(MissSeedAsync(tenant: null, start, failure, id, cancellationToken));
    }

    /// <summary>Has the tenant's signing key unwrapped if it is not in memory.</summary>
    internal async Task<KeyFailure> LoadSigningKeyAsync(string tenant, CancellationToken cancellationToken)
    {
        var result = await GetSigningKeyAsync(tenant, cancellationToken);
        result.Lease?.Dispose();
        return result.Failure;
    }

    /// <summary>Has the seed that the tenant encrypts with unwrapped if it is not in memory.</summary>
    internal async Task<KeyFailure> LoadEncryptionKeyAsync(string tenant, CancellationToken cancellationToken)
    {
        var result = await GetEncryptionKeyAsync(tenant, cancellationToken);
        result.Lease?.Dispose();
        return result.Failure;
    }

    // Whatever the cache did not answer at once is a miss, and one that ends without a key an error: who gave up is neither well nor an error.
    private async Task<KeyResult<SigningKeyLease>> MissAsync(
        string tenant, long start, KeyFailure failure, Guid id, TrustedKey trusted, CancellationToken cancellationToken)
    {
        using var miss = _retrievals.StartMiss(KeyKind.Signing, tenant, start);
        if (failure is KeyFailure.None)
        {
            (var lifetime, failure) = await _cache.LeaseAsync(trusted.Key.Kid, () => _retriever.RetrieveAsync(id, trusted), cancellationToken);
            if (lifetime is not null)
            {
                if (TryCheck(lifetime, trusted, out var lease))
                {
                    return new KeyResult<SigningKeyLease>(lease);
                }

                failure = KeyFailure.Unavailable;
            }
        }

        miss.Fail(failure.Code());
        return new KeyResult<SigningKeyLease>(failure);
    }

    private async Task<KeyResult<EncryptionKeyLease>> MissSeedAsync(string? tenant, long start, KeyFailure failure, Guid id, CancellationToken cancellationToken)
    {
        using var miss = _retrievals.StartMiss(KeyKind.Encryption, tenant, start);
        if (failure is KeyFailure.None)
        {
            (var lifetime, failure) = await _seeds.LeaseAsync(
                SeedId.KidOf(id),
                () => tenant is null ? _seedRetriever.RetrieveAsync(id) : _seedRetriever.RetrieveAsync(id, tenant),
                cancellationToken);
            if (lifetime is not null)
            {
                miss.Tenant ??= lifetime.Value.Tenant;
                var result = Check(lifetime, tenant);
                if (result.Lease is not null)
                {
                    return result;
                }

                failure = result.Failure;
            }
        }

        // That somebody asks for a seed which is not there any more, or never was, is an answer and no trouble of this gateway.
        if (tenant is not null || failure is not (KeyFailure.NoKey or KeyFailure.Shredded))
        {
            miss.Fail(failure.Code());
        }

        return new KeyResult<EncryptionKeyLease>(failure);
    }

    private KeyResult<EncryptionKeyLease> FromCache(Lifetime<CachedSeed> lifetime, string tenant, string? encryptsFor, long start)
    {
        _retrievals.FromCache(KeyKind.Encryption, tenant, start);
        return Check(lifetime, encryptsFor);
    }

    // The KMS vouched for the tenant of what is in the cache; a row that somebody has given to another tenant since must not be believed.
    // And a seed may be replaced between the look at what is active and the lease, and then shredded. Who looks once more with the lease in
    // hand either sees that, or is waited for by whoever shreds it (LiveKeys).
    private KeyResult<EncryptionKeyLease> Check(Lifetime<CachedSeed> lifetime, string? encryptsFor)
    {
        var seed = lifetime.Value;
        var failure = encryptsFor switch
        {
            null => KeyFailure.None,
            _ when seed.Tenant != encryptsFor => KeyFailure.Denied,
            _ when !_activeKeys.IsCurrentSeed(encryptsFor, seed.Kid) => KeyFailure.Unavailable,
            _ => KeyFailure.None,
        };
        if (failure is KeyFailure.None)
        {
            return new KeyResult<EncryptionKeyLease>(new EncryptionKeyLease(lifetime));
        }

        lifetime.Dispose();
        return new KeyResult<EncryptionKeyLease>(failure);
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
}
