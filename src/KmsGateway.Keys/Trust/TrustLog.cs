using System.Diagnostics.CodeAnalysis;
using KmsGateway.Cryptography;
using KmsGateway.Keys.Stores;
using Microsoft.Extensions.Logging;

namespace KmsGateway.Keys.Trust;

/// <summary>The stored trust chain, verified entry by entry and kept in step with the store.</summary>
internal sealed class TrustLog(IKeyStore store, ILogger<TrustLog> logger)
{
    /// <summary>
    /// A gateway that has not heard from the store for so long does not sign: a key revoked meanwhile would stay in use.
    /// </summary>
    public static readonly TimeSpan MaxSilence = TimeSpan.FromSeconds(60);

    private readonly Lock _lock = new();
    private TrustChain? _chain;
    private string? _reported;
    private TaskCompletionSource _refreshed = NewRefresh();

    /// <summary>How many entries are verified, and the link that the next one must name.</summary>
    public ChainEnd End
    {
        get
        {
            lock (_lock)
            {
                return new ChainEnd(Chain.Entries.Count, Chain.Head);
            }
        }
    }

    private TrustChain Chain => _chain ?? throw new InvalidOperationException("The trust chain is not loaded.");

    /// <summary>Verifies the whole stored chain.</summary>
    /// <exception cref="KeyStartException">It is broken.</exception>
    public async Task LoadAsync(VerificationKey root, CancellationToken cancellationToken)
    {
        var chain = new TrustChain(root);
        foreach (var entry in await store.ReadChainAsync(after: 0, cancellationToken))
        {
            if (!chain.TryAppend(entry.Jws, out var error))
            {
                throw new KeyStartException(
                    $"The trust chain in the key store is broken: {error}. Nothing is signed on top of a chain that does not verify. "
                    + "Restore the key store from a backup.");
            }
        }

        lock (_lock)
        {
            _chain = chain;
        }
    }

    /// <summary>Takes in what other gateways appended. An entry that does not verify ends it: what was verified stays.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        Append(await store.ReadChainAsync(End.Count, cancellationToken));
        Interlocked.Exchange(ref _refreshed, NewRefresh()).SetResult();
    }

    /// <summary>Waits until the chain was read anew. Taken before a look at it, nothing is missed.</summary>
    public Task WaitForRefreshAsync(CancellationToken cancellationToken) => Volatile.Read(ref _refreshed).Task.WaitAsync(cancellationToken);

    public bool TryFind(string kid, [NotNullWhen(true)] out TrustedKey? key)
    {
        lock (_lock)
        {
            return Chain.TryFind(kid, out key);
        }
    }

    /// <summary>The statement that the chain is complete up to this time, for the root to sign.</summary>
    public (long Count, byte[] Payload) AsOf(ulong now)
    {
        lock (_lock)
        {
            return (Chain.Entries.Count, TrustFile.AsOfPayload(Chain, now));
        }
    }

    /// <summary>The trust file; null when the statement is not the root's, or not about the chain as it is.</summary>
    public byte[]? TryWriteFile(StoredStatement statement)
    {
        lock (_lock)
        {
            return TrustFile.TryReadAsOf(Chain, statement.AsOf, out _, out _) ? TrustFile.Write(Chain, statement.AsOf) : null;
        }
    }

    /// <summary>The JWK Set of one tenant, null if it never had a key.</summary>
    public byte[]? WriteKeySet(string tenant)
    {
        lock (_lock)
        {
            return Chain.Keys.Any(key => key.Tenant == tenant) ? TrustFile.WriteKeySet(Chain, tenant) : null;
        }
    }

    private static TaskCompletionSource NewRefresh() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Append(IReadOnlyList<StoredEvent> entries)
    {
        lock (_lock)
        {
            foreach (var entry in entries)
            {
                // Two refreshes at a time may have read the same rows.
                if (entry.N > Chain.Entries.Count && !Chain.TryAppend(entry.Jws, out var error))
                {
                    Report(error);
                    return;
                }
            }
        }
    }

    // The same broken row is met at each refresh; one message about it is enough.
    private void Report(string error)
    {
        if (error != _reported)
        {
            _reported = error;
            KeysLog.ChainEntryRefused(logger, error);
        }
    }
}
