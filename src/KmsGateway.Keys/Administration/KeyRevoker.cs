using KmsGateway.Cryptography;
using KmsGateway.Keys.Providers;
using KmsGateway.Keys.Retrieval;
using KmsGateway.Keys.Stores;
using KmsGateway.Keys.Trust;
using Microsoft.Extensions.Logging;

namespace KmsGateway.Keys.Administration;

/// <summary>Withdraws a key at once, and waits until every gateway on the store has stopped using it.</summary>
internal sealed class KeyRevoker(
    IKeyStore store, TrustLog trust, TrustWriter writer, ActiveKeys activeKeys, TimeProvider time, ILogger<KeyRevoker> logger)
{
    private static readonly TimeSpan Patience = ActiveKeys.Silence + TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(50);

    public async Task<Revocation> RevokeAsync(RevocationRequest request, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        var key = await RevokeInChainAsync(request, cancellationToken);

        // Not the caller's token from here on: it is done, and half of the news would be none.
        var revokedAt = time.GetUtcNow();
        var n = trust.End.Count;
        var reason = request.IsCompromise ? KeyEvent.Compromise : KeyEvent.Superseded;
        KeysLog.KeyRevoked(logger, key.Kid, key.Tenant, reason, request.Actor, request.Reason);
        await activeKeys.RefreshAsync(CancellationToken.None);
        var waiting = await WaitUntilAppliedAsync(n, cancellationToken);
        if (waiting.Count > 0)
        {
            return new Revocation(key.Kid, key.Tenant, revokedAt, n, TimeToRevoke: null, waiting);
        }

        var taken = time.GetElapsedTime(start);
        KeysLog.RevocationAcknowledged(logger, key.Kid, (long)taken.TotalMilliseconds);
        return new Revocation(key.Kid, key.Tenant, revokedAt, n, taken, waiting);
    }

    private async Task<KeyVersion> RevokeInChainAsync(RevocationRequest request, CancellationToken cancellationToken)
    {
        while (true)
        {
            var keys = await store.ReadKeysAsync(tenant: null, cancellationToken);
            var key = keys.FirstOrDefault(key => key.Kid == request.Kid)
                ?? throw new KeyAdministrationException($"There is no key {request.Kid}.") { IsMissing = true };
            if (key.Purpose != KeyPurpose.Signing)
            {
                throw new KeyAdministrationException($"Key {key.Kid} is a seed, under which nothing is signed: rotate it, or shred it.");
            }

            switch (key.Stage)
            {
                case KeyStage.Revoked:
                    throw new KeyAdministrationException($"Key {key.Kid} is revoked already, since {key.RevokedAt:u}.");
                case KeyStage.Failed:
                    throw new KeyAdministrationException($"Key {key.Kid} never worked and never signed.");
                case KeyStage.Pending:
                    if (await store.MarkFailedAsync(key.Id, "revoked before it was published", cancellationToken))
                    {
                        return key;
                    }

                    continue;
            }

            // Else, as above, somebody moved it: the next look shows where it is.
            if (await writer.TryApplyAsync(ChangesOf(key, keys, request), request.Actor, request.Reason, cancellationToken))
            {
                return key;
            }
        }
    }

    // A successor that is known to verifiers takes over in the same moment; without one the tenant waits until one is made.
    private static List<KeyChange> ChangesOf(KeyVersion key, IReadOnlyList<KeyVersion> keys, RevocationRequest request)
    {
        var changes = new List<KeyChange>
        {
            new(key, KeyStage.Revoked)
            {
                Revocation = request.IsCompromise ? KeyEvent.Compromise : KeyEvent.Superseded,
                CompromisedFrom = request.CompromisedFrom,
            },
        };
        if (key.Stage == KeyStage.Active
            && keys.FirstOrDefault(other => other.Tenant == key.Tenant && other.Purpose == key.Purpose && other.Stage == KeyStage.Published) is { } next)
        {
            changes.Add(new KeyChange(next, KeyStage.Active));
        }

        return changes;
    }

    private async Task<IReadOnlyList<string>> WaitUntilAppliedAsync(long n, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        while (true)
        {
            var alive = time.GetUtcNow() - ActiveKeys.Silence;
            var waiting = (await store.ReadReplicasAsync(cancellationToken))
                .Where(replica => replica.Applied < n && replica.SeenAt > alive).Select(replica => replica.Id).ToList();
            if (waiting.Count == 0 || time.GetElapsedTime(start) > Patience)
            {
                return waiting;
            }

            await Task.Delay(LookAgain, time, cancellationToken);
        }
    }
}
