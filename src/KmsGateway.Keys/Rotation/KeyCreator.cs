using KmsGateway.Cryptography;
using KmsGateway.Keys.Stores;
using KmsGateway.Keys.Trust;
using Microsoft.Extensions.Logging;

namespace KmsGateway.Keys.Rotation;

/// <summary>Gives tenants without a signing key their first one.</summary>
internal sealed class KeyCreator(SigningKeyMaker maker, IKeyStore store, TrustLog trust, TrustRoot root, ILogger<KeyCreator> logger)
{
    private const string Actor = "gateway";
    private const string Reason = "first key";

    /// <summary>Makes the key, unless another gateway does at the same time. Returns whether it was this one.</summary>
    public async Task<bool> CreateAsync(string tenant, CancellationToken cancellationToken)
    {
        var key = await maker.MakeAsync(tenant, cancellationToken);
        while (true)
        {
            // Every failed round means that another gateway got something done: this ends.
            switch (await store.AddActiveKeyAsync(key, await EntriesAsync(key, cancellationToken), cancellationToken))
            {
                case AddKeyOutcome.Added:
                    await trust.RefreshAsync(cancellationToken);
                    KeysLog.KeyCreated(logger, key.Kid, tenant);
                    return true;
                case AddKeyOutcome.TenantHasKey:
                    return false;
                case AddKeyOutcome.ChainMoved:
                    await CatchUpAsync(cancellationToken);
                    break;
            }
        }
    }

    // Entries that do not verify would make us the ones who wait for a chain that never fits.
    private async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        var before = trust.End;
        await trust.RefreshAsync(cancellationToken);
        if (trust.End == before)
        {
            throw new KeyStartException("The trust chain in the key store has entries that do not verify: no key can be added to it.");
        }
    }

    private async Task<IReadOnlyList<StoredEvent>> EntriesAsync(StoredKey key, CancellationToken cancellationToken)
    {
        var end = trust.End;
        var published = await EntryAsync(key, KeyStatus.Published, end, cancellationToken);
        var active = await EntryAsync(key, KeyStatus.Active, new ChainEnd(published.N, TrustChain.Link(published.Jws)), cancellationToken);
        return [published, active];
    }

    private async Task<StoredEvent> EntryAsync(StoredKey key, KeyStatus status, ChainEnd end, CancellationToken cancellationToken)
    {
        VerificationKey.TryImport(key.PublicKey, out var publicKey);
        var entry = new KeyEvent
        {
            Key = publicKey!,
            Tenant = key.Tenant,
            Status = status,
            N = end.Count + 1,
            Previous = end.Head,
            NotBefore = UnixNanoseconds.From(key.CreatedAt),
        };
        var jws = await root.SignAsync(KeyEvent.Typ, entry.ToPayload(), cancellationToken);
        return new StoredEvent(entry.N, jws, Actor, Reason, key.CreatedAt);
    }
}
