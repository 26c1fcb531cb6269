using KmsGateway.Keys.Audit;
using KmsGateway.Keys.Providers;

namespace KmsGateway.Keys.Stores.Sql;

internal sealed partial class SqlKeyStore
{
    // One transaction, so that keys, chain and policies are of one moment.
    public Task<StoreImage> ReadImageAsync(CancellationToken cancellationToken) => WriteAsync(
        async sql =>
        {
            var wraps = (await sql.ListAsync<WrapRow>($"SELECT key_id AS Owner, {WrapRow.Columns} FROM key_wrap ORDER BY region"))
                .ToLookup(row => Guid.Parse(row.Owner), row => row.ToWrap());
            return new StoreImage
            {
                StoreId = await ReadIdAsync(sql),
                Root = await FindRootAsync(sql) ?? throw new StoreImageException("The key store has no root yet: there is nothing to export."),
                Canary = await FindCanaryAsync(sql),
                Tenants = await ReadTenantsAsync(sql),
                Keys = [.. (await ReadKeysAsync(sql, tenant: null)).Select(version => new StoredKey(version, [.. wraps[version.Id]]))],
                Events = await ReadChainAsync(sql, after: 0),
                Policies =
                [
                    .. (await sql.ListAsync<(string Id, byte[] Json, long FirstUsedAt)>("SELECT id, json, first_used_at FROM policy ORDER BY id"))
                        .Select(row => new StoredPolicy(row.Id, row.Json, DateTimeOffset.FromUnixTimeMilliseconds(row.FirstUsedAt))),
                ],
                Audit = await ReadAuditAsync(sql, first: 1, int.MaxValue),
            };
        },
        announce: false,
        cancellationToken);

    public async Task AddImageAsync(StoreImage image, CancellationToken cancellationToken) => _id = await WriteAsync(
        async sql =>
        {
            var chain = await ReadChainAsync(sql, after: 0);
            await TakeIdentityAsync(sql, image, chain);
            await AddRootAsync(sql, image.Root);
            if (image.Canary is { } canary)
            {
                await AddCanaryAsync(sql, canary);
            }

            foreach (var tenant in image.Tenants)
            {
                await sql.ExecuteAsync(
                    "INSERT INTO tenant (id, created_at, origin, removed_at) VALUES (@Id, @at, @origin, @removed) ON CONFLICT DO NOTHING",
                    new
                    {
                        tenant.Id,
                        at = Milliseconds(tenant.CreatedAt),
                        origin = tenant.AddedByApi ? TenantRow.Api : TenantRow.Configuration,
                        removed = tenant.RemovedAt?.ToUnixTimeMilliseconds(),
                    });
            }

            await AddKeysAsync(sql, image.Keys);
            await AddEventsAsync(sql, image.Events.Skip(chain.Count));
            await AddPoliciesAsync(sql, image.Policies);
            await ContinueAuditAsync(sql, image.Audit ?? []);
            return image.StoreId;
        },
        announce: true,
        cancellationToken);

    private static async Task TakeIdentityAsync(SqlSession sql, StoreImage image, IReadOnlyList<StoredEvent> chain)
    {
        if (await FindRootAsync(sql) is not { } root)
        {
            await sql.ExecuteAsync("UPDATE meta SET value = @StoreId WHERE name = 'store_id'", new { image.StoreId });
            return;
        }

        if (root.Id != image.Root.Id || await ReadIdAsync(sql) != image.StoreId)
        {
            throw new StoreImageException(
                $"The export is of another installation (root {image.Root.Kid}) than this key store (root {root.Kid}). Import it into an empty store.");
        }

        if (chain.Count > image.Events.Count || chain.Zip(image.Events).Any(pair => pair.First.Jws != pair.Second.Jws))
        {
            throw new StoreImageException(
                "The key store has entries of the trust chain that the export has not: it has moved on since, or was written to by somebody. "
                + "Import the export into an empty store.");
        }
    }

    // Of two trails one must be the beginning of the other. The longer one stays: acts of which the image does not know were done.
    private static async Task ContinueAuditAsync(SqlSession sql, IReadOnlyList<StoredAudit> image)
    {
        var stored = await ReadAuditAsync(sql, first: 1, int.MaxValue);
        if (stored.Zip(image).Any(pair => pair.First != pair.Second))
        {
            throw new StoreImageException(
                "The key store has entries of the audit trail that the export has not: both have moved on since. Import the export into an empty store.");
        }

        await AddAuditAsync(sql, image.Skip(stored.Count));
    }

    // Versions that are there take over the stage they have in the image, oldest first, so that no two are active on the way.
    private static async Task AddKeysAsync(SqlSession sql, IEnumerable<StoredKey> keys)
    {
        var all = keys.ToList();
        var stored = (await ReadKeysAsync(sql, tenant: null)).ToDictionary(version => version.Id);
        foreach (var key in all.Where(key => !IsBehind(key.Version, stored)).Select(key => KeyRow.From(key.Version)))
        {
            await sql.ExecuteAsync(
                """
                UPDATE tenant_key SET
                    status = @Status, tested_at = @TestedAt, activated_at = @ActivatedAt, deactivated_at = @DeactivatedAt,
                    revoked_at = @RevokedAt, destroyed_at = @DestroyedAt
                WHERE id = @Id
                """,
                key);
            if (key.DestroyedAt is not null)
            {
                await sql.ExecuteAsync("DELETE FROM key_wrap WHERE key_id = @Id", key);
            }
        }

        foreach (var key in all)
        {
            if (!stored.ContainsKey(key.Version.Id) && !await AddKeyAsync(sql, key))
            {
                throw new StoreImageException($"Key {key.Version.Kid} of the export does not fit among those of the key store.");
            }
        }
    }

    // No chain shows which of two is the older one where seeds are concerned: they only ever move forward, and none comes back.
    private static bool IsBehind(KeyVersion key, Dictionary<Guid, KeyVersion> stored) =>
        key.Purpose == KeyPurpose.Encryption
        && stored.TryGetValue(key.Id, out var known)
        && (known.DestroyedAt is not null || (key.DestroyedAt is null && key.Stage <= known.Stage));
}
