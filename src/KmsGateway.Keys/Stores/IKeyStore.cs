namespace KmsGateway.Keys.Stores;

/// <summary>Wrapped keys, the trust chain and what finds them. Its calls never block the caller's thread.</summary>
/// <remarks>
/// Several gateways share a store. What creates something is one transaction that checks what it builds on, so that whoever comes
/// second learns of it instead of making a second root, key or end of the chain. Database errors are
/// <see cref="System.Data.Common.DbException"/>.
/// </remarks>
internal interface IKeyStore
{
    /// <summary>The identity of this store, part of every encryption context. Known after <see cref="OpenAsync"/>.</summary>
    string Id { get; }

    /// <summary>Makes the database if there is none and brings its schema up to date.</summary>
    Task OpenAsync(CancellationToken cancellationToken);

    Task<StoredRoot?> FindRootAsync(CancellationToken cancellationToken);

    /// <summary>Stores the root unless there is one, and gives the one that is there.</summary>
    Task<StoredRoot> AddRootAsync(StoredRoot root, CancellationToken cancellationToken);

    Task<StoredCanary?> FindCanaryAsync(CancellationToken cancellationToken);

    /// <summary>Stores the canary unless there is one, and gives the one that is there.</summary>
    Task<StoredCanary> AddCanaryAsync(StoredCanary canary, CancellationToken cancellationToken);

    /// <summary>The entries of the trust chain behind number <paramref name="after"/>, in order.</summary>
    Task<IReadOnlyList<StoredEvent>> ReadChainAsync(long after, CancellationToken cancellationToken);

    /// <summary>Which key each tenant signs with now.</summary>
    Task<IReadOnlyList<ActiveKeyRow>> ReadActiveSigningKeysAsync(CancellationToken cancellationToken);

    Task<StoredKey?> FindKeyAsync(Guid id, CancellationToken cancellationToken);

    /// <summary>Stores a tenant's first signing key as the active one, with its entries of the chain, or nothing at all.</summary>
    Task<AddKeyOutcome> AddActiveKeyAsync(StoredKey key, IReadOnlyList<StoredEvent> events, CancellationToken cancellationToken);

    /// <summary>Stores those that are not there yet.</summary>
    Task AddPoliciesAsync(IReadOnlyCollection<StoredPolicy> policies, CancellationToken cancellationToken);

    Task<byte[]?> FindPolicyAsync(string id, CancellationToken cancellationToken);
}
