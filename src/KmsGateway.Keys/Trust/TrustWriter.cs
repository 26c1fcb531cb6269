using KmsGateway.Cryptography;
using KmsGateway.Keys.Stores;

namespace KmsGateway.Keys.Trust;

/// <summary>Moves keys from stage to stage, and has the root sign what the chain says of it, in one piece.</summary>
internal sealed class TrustWriter(IKeyStore store, TrustLog trust, TrustRoot root, TimeProvider time) : IDisposable
{
    /// <summary>How long a key that signs no more is valid yet: for requests under way, and gateways that have not heard of it.</summary>
    private static readonly TimeSpan Overlap = TimeSpan.FromMinutes(5);

    // Each entry names the one before it. Two at a time in one process would only spoil each other's.
    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>Does it, at the end of the chain wherever that is by then. False: a key is no longer where it was thought to be.</summary>
    public async Task<bool> TryApplyAsync(
        IReadOnlyList<KeyChange> changes, string actor, string reason, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            while (true)
            {
                // Every failed round means that another gateway got something done: this ends.
                var (now, end) = (time.GetUtcNow(), trust.End);
                var steps = changes.Select(change => new KeyStep(change.Key.Id, change.Key.Stage, change.To)).ToList();
                var events = await SignAsync(changes, end, actor, reason, now, cancellationToken);
                switch (await store.ApplyAsync(new KeyTransition(Merge(steps), events, now), cancellationToken))
                {
                    case TransitionOutcome.Done:
                        // It is done: who gave up in this moment must not be the reason why nobody is told.
                        await trust.RefreshAsync(CancellationToken.None);
                        return true;
                    case TransitionOutcome.KeyMoved:
                        await trust.RefreshAsync(cancellationToken);
                        return false;
                    case TransitionOutcome.ChainMoved:
                        await CatchUpAsync(end, cancellationToken);
                        break;
                }
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    // A key may pass through several stages at once: the chain tells of each, the row keeps the last.
    private static List<KeyStep> Merge(List<KeyStep> steps) =>
        [.. steps.GroupBy(step => step.Id).Select(group => new KeyStep(group.Key, group.First().From, group.Last().To))];

    private async Task<List<StoredEvent>> SignAsync(
        IReadOnlyList<KeyChange> changes, ChainEnd end, string actor, string reason, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var events = new List<StoredEvent>();
        foreach (var change in changes)
        {
            var entry = EntryOf(change, end, now);
            var jws = await root.SignAsync(KeyEvent.Typ, entry.ToPayload(), cancellationToken);
            events.Add(new StoredEvent(entry.N, jws, actor, reason, now));
            end = new ChainEnd(entry.N, TrustChain.Link(jws));
        }

        return events;
    }

    private KeyEvent EntryOf(KeyChange change, ChainEnd end, DateTimeOffset now)
    {
        if (!VerificationKey.TryImport(change.Key.PublicKey, out var publicKey))
        {
            throw new KeyStartException($"The public key of {change.Key.Kid} in the key store is damaged. Restore the key store from a backup.");
        }

        // What the chain says of a key that it knows already stays as it is: the row may have been changed by somebody.
        trust.TryFind(publicKey.Kid, out var known);
        return new KeyEvent
        {
            Key = publicKey,
            Tenant = change.Key.Tenant,
            Status = StatusOf(change.To),
            N = end.Count + 1,
            Previous = end.Head,
            NotBefore = known?.NotBefore ?? UnixNanoseconds.From(change.Key.CreatedAt),
            Expires = change.To == KeyStage.Retired ? UnixNanoseconds.From(now + Overlap) : known?.Expires,
            Reason = change.Revocation,
            RevokedAt = change.To == KeyStage.Revoked ? UnixNanoseconds.From(RevokedAt(change, now)) : null,
            CompromisedFrom = change.CompromisedFrom is { } from ? UnixNanoseconds.From(from) : null,
        };
    }

    // Of a key that nobody else has, what gateways sign until they have heard of it is no worse than what they signed before: they hear of
    // it in a second, or stop. After a compromise the time counts for nothing, and is the true one.
    private static DateTimeOffset RevokedAt(KeyChange change, DateTimeOffset now) =>
        change.Revocation == KeyEvent.Superseded ? now + TrustLog.MaxSilence : now;

    // Entries that do not verify would make us the ones who wait for a chain that never fits. What was signed on top of is compared, not what is
    // there now: others read the chain, too, and may have taken the new entries in already.
    private async Task CatchUpAsync(ChainEnd signedOn, CancellationToken cancellationToken)
    {
        await trust.RefreshAsync(cancellationToken);
        if (trust.End == signedOn)
        {
            throw new KeyStartException("The trust chain in the key store has entries that do not verify: no key can be added to it.");
        }
    }

    private static KeyStatus StatusOf(KeyStage stage) => stage switch
    {
        KeyStage.Published => KeyStatus.Published,
        KeyStage.Active => KeyStatus.Active,
        KeyStage.Retired => KeyStatus.Retired,
        KeyStage.Revoked => KeyStatus.Revoked,
        _ => throw new ArgumentOutOfRangeException(nameof(stage)),
    };
}
