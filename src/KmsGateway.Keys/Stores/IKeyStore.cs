using KmsGateway.Keys.Audit;
using KmsGateway.Keys.Providers;

namespace KmsGateway.Keys.Stores;

/// <summary>Wrapped keys and seeds, the trust chain, the audit trail and what finds them. Its calls never block the caller's thread.</summary>
/// <remarks>
/// Several gateways share a store. What creates something is one transaction that checks what it builds on, so that whoever comes
/// second learns of it instead of making a second root, key or end of the chain. Database errors are
/// <see cref="System.Data.Common.DbException"/>.
/// </remarks>
internal interface IKeyStore
{
    /// <summary>The identity of this store, part of every encryption context. Known after <see cref="OpenAsync"/>.</summary>
    string Id { get; }

    /// <summary>Counts announcements of changes, to be given to <see cref="WaitForChangeAsync"/>.</summary>
    long Changes { get; }

    /// <summary>Makes the database if there is none and brings its schema up to date.</summary>
    Task OpenAsync(CancellationToken cancellationToken);

    /// <summary>The time by the database's clock.</summary>
    Task<DateTimeOffset> GetTimeAsync(CancellationToken cancellationToken);

    /// <summary>Waits until more changes than these are announced, at most so long. Some changes are not: look anyway.</summary>
    Task WaitForChangeAsync(long seen, TimeSpan atMost, CancellationToken cancellationToken);

    Task<StoredRoot?> FindRootAsync(CancellationToken cancellationToken);

    /// <summary>Stores the root unless there is one, and gives the one that is there.</summary>
    Task<StoredRoot> AddRootAsync(StoredRoot root, CancellationToken cancellationToken);

    Task<StoredCanary?> FindCanaryAsync(CancellationToken cancellationToken);

    /// <summary>Stores the canary unless there is one, and gives the one that is there.</summary>
    Task<StoredCanary> AddCanaryAsync(StoredCanary canary, CancellationToken cancellationToken);

    /// <summary>The entries of the trust chain behind number <paramref name="after"/>, in order.</summary>
    Task<IReadOnlyList<StoredEvent>> ReadChainAsync(long after, CancellationToken cancellationToken);

    /// <summary>Which key each tenant signs with now, and which seed it encrypts with.</summary>
    Task<IReadOnlyList<ActiveKeyRow>> ReadActiveKeysAsync(CancellationToken cancellationToken);

    /// <summary>Every version of every tenant's keys and seeds, or of one tenant's, of each purpose from the oldest on.</summary>
    Task<IReadOnlyList<KeyVersion>> ReadKeysAsync(string? tenant, CancellationToken cancellationToken);

    Task<KeyVersion?> FindKeyAsync(string kid, CancellationToken cancellationToken);

    /// <summary>Which of these keys have no secret any more.</summary>
    Task<IReadOnlyList<string>> FindDestroyedAsync(IReadOnlyCollection<string> kids, CancellationToken cancellationToken);

    /// <summary>The wrapped secret of a key; empty when it was destroyed, or never there.</summary>
    Task<IReadOnlyList<KeyWrap>> ReadWrapsAsync(Guid id, CancellationToken cancellationToken);

    /// <summary>Stores a new key as pending. False when the tenant has a pending or published one of its purpose already: that one counts.</summary>
    Task<bool> AddPendingKeyAsync(StoredKey key, CancellationToken cancellationToken);

    /// <summary>Notes that a pending key does what it should.</summary>
    Task MarkTestedAsync(Guid id, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>Gives up a pending key that does not, and deletes its private part. False: it is pending no more.</summary>
    Task<bool> MarkFailedAsync(Guid id, string reason, CancellationToken cancellationToken);

    /// <summary>Sets the time from which a pending or published key shall sign.</summary>
    Task SetActivationAsync(Guid id, DateTimeOffset at, CancellationToken cancellationToken);

    Task<TransitionOutcome> ApplyAsync(KeyTransition transition, CancellationToken cancellationToken);

    /// <summary>Deletes the private part of a key.</summary>
    Task DestroyWrapsAsync(Guid id, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>
    /// Deletes the secret of a seed for ever, and writes that down, if it still is in the stage it is thought to be in. One that is in use
    /// is so no more.
    /// </summary>
    /// <returns>The number of the entry in the audit trail; null if the seed has moved, or is destroyed already.</returns>
    Task<long?> ShredAsync(KeyVersion seed, AuditEntry entry, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>Adds an entry to the audit trail, and gives its number.</summary>
    Task<long> AppendAuditAsync(AuditEntry entry, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>The entries of the audit trail from number <paramref name="first"/> on, at most so many, as they are stored.</summary>
    Task<IReadOnlyList<StoredAudit>> ReadAuditAsync(long first, int limit, CancellationToken cancellationToken);

    /// <summary>Takes the right to change a tenant's keys, until a time. It saves work; what is right, transitions decide.</summary>
    Task<bool> TryClaimAsync(string tenant, string owner, DateTimeOffset now, DateTimeOffset until, CancellationToken cancellationToken);

    Task ReleaseAsync(string tenant, string owner, CancellationToken cancellationToken);

    Task<IReadOnlyList<StoredTenant>> ReadTenantsAsync(CancellationToken cancellationToken);

    /// <summary>Adds a tenant, or takes back its removal.</summary>
    Task AddTenantAsync(string tenant, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>Ends a tenant that was added. Its keys stay for those who verify. False if there is no such one.</summary>
    Task<bool> RemoveTenantAsync(string tenant, DateTimeOffset at, CancellationToken cancellationToken);

    Task SaveReplicaAsync(StoredReplica replica, CancellationToken cancellationToken);

    Task<IReadOnlyList<StoredReplica>> ReadReplicasAsync(CancellationToken cancellationToken);

    /// <summary>Forgets replicas that have not been seen since.</summary>
    Task RemoveReplicasAsync(DateTimeOffset notSeenSince, CancellationToken cancellationToken);

    Task<StoredStatement?> FindStatementAsync(CancellationToken cancellationToken);

    /// <summary>Keeps a statement, unless one about more or of later is there.</summary>
    Task SaveStatementAsync(StoredStatement statement, CancellationToken cancellationToken);

    /// <summary>Stores those that are not there yet.</summary>
    Task AddPoliciesAsync(IReadOnlyCollection<StoredPolicy> policies, CancellationToken cancellationToken);

    Task<byte[]?> FindPolicyAsync(string id, CancellationToken cancellationToken);

    /// <summary>Everything that is needed to go on elsewhere.</summary>
    Task<StoreImage> ReadImageAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Adds what an image has and this store has not. A store without a root takes over the image's identity; else both must be of one
    /// installation, and the image's chain must begin with the store's.
    /// </summary>
    /// <exception cref="StoreImageException">It does not fit.</exception>
    Task AddImageAsync(StoreImage image, CancellationToken cancellationToken);
}
