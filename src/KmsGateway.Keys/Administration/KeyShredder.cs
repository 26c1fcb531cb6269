using KmsGateway.Keys.Audit;
using KmsGateway.Keys.Instruments;
using KmsGateway.Keys.Providers;
using KmsGateway.Keys.Retrieval;
using KmsGateway.Keys.Stores;
using Microsoft.Extensions.Logging;

namespace KmsGateway.Keys.Administration;

/// <summary>Destroys a seed, and with it everything that was encrypted under it.</summary>
internal sealed class KeyShredder(
    IKeyStore store,
    EncryptingTenants encrypting,
    ActiveKeys activeKeys,
    ActiveKeyRefresh refresh,
    KeyCache<CachedSeed> seeds,
    LiveKeys<CachedSeed> live,
    KeyRotations rotations,
    TimeProvider time,
    ILogger<KeyShredder> logger)
{
    private const string Action = "shred";

    // Of requests that were at it when the seed was retired: encrypting one takes far less.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public async Task<ShredResult> ShredAsync(string kid, string actor, string reason, CancellationToken cancellationToken)
    {
        while (true)
        {
            var seed = await store.FindKeyAsync(kid, cancellationToken)
                ?? throw new KeyAdministrationException($"There is no key {kid}.") { IsMissing = true };
            ThrowIfItMayNot(seed);
            await EndUseAsync(seed, cancellationToken);
            var at = DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds());
            var entry = new AuditEntry(Action, actor, reason, [seed.Tenant], [kid], Values: 0);

            // Else somebody moved it: the next look shows where it is.
            if (await store.ShredAsync(seed, entry, at, cancellationToken) is { } n)
            {
                seeds.Remove(kid);
                rotations.Shredded();
                KeysLog.SeedShredded(logger, kid, seed.Tenant, actor, reason);
                if (seed.Stage == KeyStage.Active)
                {
                    await activeKeys.RefreshAsync(CancellationToken.None);
                }

                return new ShredResult(kid, seed.Tenant, at, n);
            }
        }
    }

    // What a gateway encrypts under a seed that is gone is lost at once: first nobody may be left who uses it.
    private async Task EndUseAsync(KeyVersion seed, CancellationToken cancellationToken)
    {
        await activeKeys.RefreshAsync(cancellationToken);
        var now = time.GetUtcNow();
        var others = (await store.ReadReplicasAsync(cancellationToken))
            .Any(replica => replica.Id != refresh.ReplicaId && replica.SeenAt > now - ActiveKeys.Silence);
        if (others && seed.DeactivatedAt is { } retired && retired + ActiveKeys.Silence is var unused && unused > now)
        {
            throw new KeyAdministrationException(
                $"Seed {seed.Kid} was in use until {retired:u}, and other gateways may not have heard yet that it is not any more: what they encrypted "
                + $"under it would be lost. Shred it after {unused:u}.");
        }

        seeds.Remove(seed.Kid);
        await live.WaitUntilGoneAsync(seed.Kid).WaitAsync(Patience, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
    }

    private void ThrowIfItMayNot(KeyVersion seed)
    {
        switch (seed)
        {
            case { Purpose: not KeyPurpose.Encryption }:
                throw new KeyAdministrationException($"Key {seed.Kid} signs, nothing is encrypted under it: revoke it instead.");
            case { DestroyedAt: { } at }:
                throw new KeyAdministrationException($"Seed {seed.Kid} is shredded already, since {at:u}.");
            case { Stage: KeyStage.Failed }:
                throw new KeyAdministrationException($"Seed {seed.Kid} never worked: nothing was encrypted under it, and its wraps are deleted.");
            case { Stage: KeyStage.Active } when encrypting.Contains(seed.Tenant):
                throw new KeyAdministrationException(
                    $"Seed {seed.Kid} is the one that tenant '{seed.Tenant}' encrypts with now. Rotate first: give the tenant a new seed (purpose "
                    + "'encryption'), and shred this one then.");
        }
    }
}
