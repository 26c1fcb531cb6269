using KmsGateway.Keys.Audit;
using KmsGateway.Keys.Instruments;
using KmsGateway.Keys.Providers;
using KmsGateway.Keys.Retrieval;
using KmsGateway.Keys.Stores;
using Microsoft.Extensions.Logging;

namespace KmsGateway.Keys.Administration;

/// <summary>Destroys a seed, and with it everything that was encrypted under it.</summary>
internal sealed class KeyShredder(
    IKeyStore store, EncryptingTenants encrypting, KeyCache<CachedSeed> seeds, KeyRotations rotations, TimeProvider time, ILogger<KeyShredder> logger)
{
    private const string Action = "shred";

    public async Task<ShredResult> ShredAsync(string kid, string actor, string reason, CancellationToken cancellationToken)
    {
        while (true)
        {
            var seed = await store.FindKeyAsync(kid, cancellationToken)
                ?? throw new KeyAdministrationException($"There is no key {kid}.") { IsMissing = true };
            ThrowIfItMayNot(seed);
            var at = DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds());
            var entry = new AuditEntry(Action, actor, reason, [seed.Tenant], [kid], Values: 0);

            // Else somebody moved it: the next look shows where it is.
            if (await store.ShredAsync(seed, entry, at, cancellationToken) is { } n)
            {
                seeds.Remove(kid);
                rotations.Shredded();
                KeysLog.SeedShredded(logger, kid, seed.Tenant, actor, reason);
                return new ShredResult(kid, seed.Tenant, at, n);
            }
        }
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
