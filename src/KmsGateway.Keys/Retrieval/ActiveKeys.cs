using System.Collections.Frozen;
using KmsGateway.Cryptography;
using KmsGateway.Keys.Stores;
using KmsGateway.Keys.Trust;
using Microsoft.Extensions.Logging;

namespace KmsGateway.Keys.Retrieval;

/// <summary>Which key each tenant signs with: read from the store in the background, checked against the trust chain.</summary>
internal sealed class ActiveKeys(IKeyStore store, TrustLog trust, TimeProvider time, ILogger<ActiveKeys> logger)
{
    /// <summary>
    /// A gateway that has not heard from the store for so long does not sign: a key revoked meanwhile would stay in use.
    /// </summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(60);

    private volatile Snapshot? _snapshot;

    /// <summary>The key of a tenant, if it may sign now.</summary>
    public KeyFailure Find(string tenant, out Guid id, out TrustedKey trusted)
    {
        (id, trusted) = (Guid.Empty, null!);
        if (_snapshot is not { } snapshot || time.GetElapsedTime(snapshot.Timestamp) > MaxAge)
        {
            return KeyFailure.Unavailable;
        }

        if (!snapshot.Keys.TryGetValue(tenant, out var key))
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

    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        var timestamp = time.GetTimestamp();

        // Rows before chain: both are written at once, so the chain then has the entry of every row that was read.
        var rows = await store.ReadActiveSigningKeysAsync(cancellationToken);
        await trust.RefreshAsync(cancellationToken);
        var previous = _snapshot;
        _snapshot = new Snapshot(rows.ToFrozenDictionary(row => row.Tenant, row => Check(row, previous)), timestamp);
    }

    private ActiveKey Check(ActiveKeyRow row, Snapshot? previous)
    {
        if (trust.TryFind(row.Kid, out var trusted) && trusted.Tenant == row.Tenant && trusted.Status == KeyStatus.Active)
        {
            return new ActiveKey(row.Id, trusted);
        }

        // Said once for each row, not at each refresh.
        if (previous is null || !previous.Keys.TryGetValue(row.Tenant, out var known) || known.Id != row.Id || known.Trusted is not null)
        {
            KeysLog.KeyNotTrusted(logger, row.Kid, row.Tenant);
        }

        return new ActiveKey(row.Id, Trusted: null);
    }

    private sealed record Snapshot(FrozenDictionary<string, ActiveKey> Keys, long Timestamp);
}
