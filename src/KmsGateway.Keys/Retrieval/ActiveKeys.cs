using System.Collections.Frozen;
using KmsGateway.Cryptography;
using KmsGateway.Keys.Options;
using KmsGateway.Keys.Providers;
using KmsGateway.Keys.Stores;
using KmsGateway.Keys.Trust;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace KmsGateway.Keys.Retrieval;

/// <summary>
/// Which tenants there are, and which key each signs and which seed it encrypts with: read from the store in the background, signing keys checked
/// against the trust chain.
/// </summary>
internal sealed class ActiveKeys(
    IOptions<TenantListOptions> tenants, IKeyStore store, TrustLog trust, TimeProvider time, ILogger<ActiveKeys> logger) : IDisposable
{
    /// <inheritdoc cref="TrustLog.MaxSilence"/>
    public static readonly TimeSpan MaxAge = TrustLog.MaxSilence;

    /// <summary>A gateway that has not been heard of for longer does not use keys any more (<see cref="MaxAge"/>), or has ended.</summary>
    public static readonly TimeSpan Silence = MaxAge + TimeSpan.FromSeconds(15);

    // While all tenants are rotated the chain never rests.
    private const int MaxLooks = 3;

    // Of two at a time the one that read first could end last, and what it knows would count.
    private readonly SemaphoreSlim _turn = new(1, 1);

    private readonly FrozenSet<string> _configured = tenants.Value.Tenants.ToFrozenSet(StringComparer.Ordinal);

    private volatile Snapshot? _snapshot;
    private TaskCompletionSource _refreshed = NewRefresh();

    /// <summary>The tenants of the settings and those that were added while gateways ran.</summary>
    public FrozenSet<string> Tenants => _snapshot?.Tenants ?? _configured;

    /// <summary>Whether a tenant is in the settings of this gateway.</summary>
    public bool IsConfigured(string tenant) => _configured.Contains(tenant);

    /// <summary>The keys that tenants of this gateway sign with.</summary>
    public IEnumerable<ActiveKey> Current =>
        _snapshot is { } snapshot ? snapshot.Keys.Where(pair => snapshot.Tenants.Contains(pair.Key)).Select(pair => pair.Value) : [];

    /// <summary>The seeds that tenants of this gateway encrypt with, or did before they stopped.</summary>
    public IEnumerable<ActiveSeed> CurrentSeeds =>
        _snapshot is { } snapshot ? snapshot.Seeds.Where(pair => snapshot.Tenants.Contains(pair.Key)).Select(pair => pair.Value) : [];

    /// <summary>Since when each of those keys and seeds is in use.</summary>
    public IEnumerable<DateTimeOffset> InUseSince => Current.Select(key => key.Since).Concat(CurrentSeeds.Select(seed => seed.Since));

    /// <summary>Whether it is so long ago that the store was read that nothing may be used any more: what was withdrawn meanwhile is not known.</summary>
    public bool IsTooOld => _snapshot is not { } snapshot || time.GetElapsedTime(snapshot.Timestamp) > MaxAge;

    /// <summary>The seed that a tenant encrypts with now.</summary>
    public KeyFailure FindSeed(string tenant, out ActiveSeed seed)
    {
        seed = null!;
        if (IsTooOld)
        {
            return KeyFailure.Unavailable;
        }

        return _snapshot!.Seeds.TryGetValue(tenant, out seed!) ? KeyFailure.None : KeyFailure.NoKey;
    }

    /// <summary>The key of a tenant, if it may sign now.</summary>
    public KeyFailure Find(string tenant, out Guid id, out TrustedKey trusted)
    {
        (id, trusted) = (Guid.Empty, null!);
        if (IsTooOld)
        {
            return KeyFailure.Unavailable;
        }

        if (!_snapshot!.Keys.TryGetValue(tenant, out var key))
        {
            return KeyFailure.NoKey;
        }

        if (key.Trusted is null)
        {
            return KeyFailure.Denied;
        }

        (id, trusted) = (key.Id, key.Trusted);
        return trusted.IsValidAt(UnixNanoseconds.From(time.GetUtcNow())) ? KeyFailure.None : KeyFailure.NotValidNow;
    }

    /// <summary>Whether this is, by what is known now, the key its tenant signs with.</summary>
    public bool IsCurrent(TrustedKey trusted) =>
        _snapshot is { } snapshot
        && snapshot.Keys.TryGetValue(trusted.Tenant, out var key)
        && key.Trusted?.Key.Kid == trusted.Key.Kid;

    /// <summary>Whether a tenant signs with the key of this kid.</summary>
    public bool IsCurrent(string kid) => _snapshot?.Kids.Contains(kid) ?? false;

    /// <summary>Whether this is, by what is known now, the seed its tenant encrypts with.</summary>
    public bool IsCurrentSeed(string tenant, string kid) =>
        _snapshot is { } snapshot && snapshot.Seeds.TryGetValue(tenant, out var seed) && seed.Kid == kid;

    /// <summary>Reads anew. Returns the entry of the chain up to which it is now known which keys sign.</summary>
    public async Task<long> RefreshAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            return await ReadAsync(cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    public Task WaitForRefreshAsync(CancellationToken cancellationToken) => Volatile.Read(ref _refreshed).Task.WaitAsync(cancellationToken);

    public void Dispose() => _turn.Dispose();

    private static TaskCompletionSource NewRefresh() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task<long> ReadAsync(CancellationToken cancellationToken)
    {
        long timestamp;
        List<ActiveKeyRow> signing;
        Dictionary<string, ActiveKey> keys;
        IReadOnlyList<ActiveKeyRow> rows;
        IReadOnlyList<StoredTenant> stored;
        long before;
        long end;
        var looks = 0;
        do
        {
            timestamp = time.GetTimestamp();
            before = trust.End.Count;

            // Rows before chain: both are written at once, so the chain then has the entry of every row that was read. If it has moved on
            // meanwhile, a key that was replaced would seem to be one that nobody vouches for.
            rows = await store.ReadActiveKeysAsync(cancellationToken);
            stored = await store.ReadTenantsAsync(cancellationToken);
            await trust.RefreshAsync(cancellationToken);

            // Before the look at it: it grows at any time by what this gateway writes.
            end = trust.End.Count;
            signing = [.. rows.Where(row => row.Purpose == KeyPurpose.Signing)];
            keys = signing.ToDictionary(row => row.Tenant, Check, StringComparer.Ordinal);
        }
        while (trust.End.Count != before && ++looks < MaxLooks);

        if (trust.End.Count != before)
        {
            // The chain did not rest. A key of its own that does not sign was replaced a moment ago, and the next look, which is due, finds the
            // one after it. To say that nobody vouches for it would let spans go unsigned.
            signing.RemoveAll(row => keys[row.Tenant].Trusted is null && trust.TryFind(row.Kid, out var known) && known.Tenant == row.Tenant);
        }

        var previous = _snapshot;
        Report(signing, keys, previous);
        var seeds = rows.Where(row => row.Purpose == KeyPurpose.Encryption)
            .ToFrozenDictionary(row => row.Tenant, row => new ActiveSeed(row.Id, SeedId.KidOf(row.Id), row.Tenant, row.Since));
        var kids = keys.Values.Where(key => key.Trusted is not null).Select(key => key.Trusted!.Key.Kid).ToHashSet(StringComparer.Ordinal);
        _snapshot = new Snapshot(
            signing.ToFrozenDictionary(row => row.Tenant, row => keys[row.Tenant], StringComparer.Ordinal), kids, seeds, Union(stored, previous), timestamp);
        Interlocked.Exchange(ref _refreshed, NewRefresh()).SetResult();
        return end;
    }

    // The set stays the same object while nothing changes: it is looked up for every span.
    private FrozenSet<string> Union(IReadOnlyList<StoredTenant> stored, Snapshot? previous)
    {
        var all = stored.Where(tenant => tenant.AddedByApi && tenant.RemovedAt is null).Select(tenant => tenant.Id).Concat(_configured)
            .ToHashSet(StringComparer.Ordinal);
        return previous is not null && previous.Tenants.SetEquals(all) ? previous.Tenants : all.ToFrozenSet(StringComparer.Ordinal);
    }

    private ActiveKey Check(ActiveKeyRow row) =>
        trust.TryFind(row.Kid, out var trusted) && trusted.Tenant == row.Tenant && trusted.Status == KeyStatus.Active
            ? new ActiveKey(row.Id, trusted, row.Since)
            : new ActiveKey(row.Id, Trusted: null, row.Since);

    // Said once for each row, not at each refresh.
    private void Report(IEnumerable<ActiveKeyRow> signing, Dictionary<string, ActiveKey> keys, Snapshot? previous)
    {
        foreach (var row in signing.Where(row => keys[row.Tenant].Trusted is null))
        {
            if (previous is null || !previous.Keys.TryGetValue(row.Tenant, out var known) || known.Id != row.Id || known.Trusted is not null)
            {
                KeysLog.KeyNotTrusted(logger, row.Kid, row.Tenant);
            }
        }
    }

    private sealed record Snapshot(
        FrozenDictionary<string, ActiveKey> Keys,
        HashSet<string> Kids,
        FrozenDictionary<string, ActiveSeed> Seeds,
        FrozenSet<string> Tenants,
        long Timestamp);
}
