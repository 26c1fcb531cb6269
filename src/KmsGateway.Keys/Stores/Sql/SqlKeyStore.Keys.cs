using System.Globalization;
using Dapper;
using KmsGateway.Keys.Providers;

namespace KmsGateway.Keys.Stores.Sql;

internal sealed partial class SqlKeyStore
{
    private const int MaxParameters = 500;

    public Task<IReadOnlyList<StoredEvent>> ReadChainAsync(long after, CancellationToken cancellationToken) =>
        ReadAsync(sql => ReadChainAsync(sql, after), cancellationToken);

    public Task<IReadOnlyList<ActiveKeyRow>> ReadActiveKeysAsync(CancellationToken cancellationToken) => ReadAsync<IReadOnlyList<ActiveKeyRow>>(
        async sql =>
        [
            .. (await sql.ListAsync<KeyRow>($"SELECT {KeyRow.Columns} FROM tenant_key WHERE status = 'active'"))
                .Select(row => row.ToVersion())
                .Select(key => new ActiveKeyRow(key.Tenant, key.Purpose, key.Id, key.Kid, key.ActivatedAt ?? key.CreatedAt)),
        ],
        cancellationToken);

    public Task<KeyVersion?> FindKeyAsync(string kid, CancellationToken cancellationToken) => ReadAsync(
        async sql => (await sql.FirstAsync<KeyRow>($"SELECT {KeyRow.Columns} FROM tenant_key WHERE kid = @kid", new { kid }))?.ToVersion(),
        cancellationToken);

    public Task<IReadOnlyList<string>> FindDestroyedAsync(IReadOnlyCollection<string> kids, CancellationToken cancellationToken) => kids.Count == 0
        ? Task.FromResult<IReadOnlyList<string>>([])
        : ReadAsync<IReadOnlyList<string>>(
            async sql =>
            {
                var destroyed = new List<string>();
                foreach (var chunk in kids.Chunk(MaxParameters))
                {
                    // What Dapper makes of a list differs between the databases.
                    var parameters = new DynamicParameters(chunk.Select((kid, i) => KeyValuePair.Create($"kid{i}", (object?)kid)));
                    var names = string.Join(", ", chunk.Select((_, i) => $"@kid{i}"));
                    destroyed.AddRange(await sql.ListAsync<string>(
                        $"SELECT kid FROM tenant_key WHERE kid IN ({names}) AND destroyed_at IS NOT NULL", parameters));
                }

                return destroyed;
            },
            cancellationToken);

    public Task<IReadOnlyList<KeyVersion>> ReadKeysAsync(string? tenant, CancellationToken cancellationToken) =>
        ReadAsync(sql => ReadKeysAsync(sql, tenant), cancellationToken);

    public Task<IReadOnlyList<KeyWrap>> ReadWrapsAsync(Guid id, CancellationToken cancellationToken) =>
        ReadAsync(sql => ReadWrapsAsync(sql, id), cancellationToken);

    public Task<bool> AddPendingKeyAsync(StoredKey key, CancellationToken cancellationToken) => WriteAsync(
        async sql =>
        {
            await sql.ExecuteAsync(
                "INSERT INTO tenant (id, created_at) VALUES (@Tenant, @CreatedAt) ON CONFLICT DO NOTHING", KeyRow.From(key.Version));
            return await AddKeyAsync(sql, key);
        },
        announce: true,
        cancellationToken);

    public Task MarkTestedAsync(Guid id, DateTimeOffset at, CancellationToken cancellationToken) => WriteAsync(
        sql => sql.ExecuteAsync(
            "UPDATE tenant_key SET tested_at = @at WHERE id = @id AND status = 'pending'", new { id = Text(id), at = Milliseconds(at) }),
        announce: true,
        cancellationToken);

    public Task<bool> MarkFailedAsync(Guid id, string reason, CancellationToken cancellationToken) => WriteAsync(
        async sql =>
        {
            var key = new { id = Text(id), reason };
            if (await sql.ExecuteAsync("UPDATE tenant_key SET status = 'failed', reason = @reason WHERE id = @id AND status = 'pending'", key) == 0)
            {
                return false;
            }

            await sql.ExecuteAsync("DELETE FROM key_wrap WHERE key_id = @id", key);
            return true;
        },
        announce: true,
        cancellationToken);

    public Task SetActivationAsync(Guid id, DateTimeOffset at, CancellationToken cancellationToken) => WriteAsync(
        sql => sql.ExecuteAsync(
            "UPDATE tenant_key SET activate_at = @at WHERE id = @id AND status IN ('pending', 'published')",
            new { id = Text(id), at = Milliseconds(at) }),
        announce: true,
        cancellationToken);

    public Task<TransitionOutcome> ApplyAsync(KeyTransition transition, CancellationToken cancellationToken) => WriteAsync(
        async sql =>
        {
            if (transition.Events is [var first, ..] && await sql.FirstAsync<long>("SELECT coalesce(max(n), 0) FROM key_event") != first.N - 1)
            {
                return TransitionOutcome.ChainMoved;
            }

            // All looked at before the first is changed: nothing has to be undone.
            foreach (var step in transition.Steps)
            {
                if (await sql.FirstAsync<string>("SELECT status FROM tenant_key WHERE id = @id", new { id = Text(step.Id) }) != KeyRow.StatusOf(step.From))
                {
                    return TransitionOutcome.KeyMoved;
                }
            }

            // Who hands over goes first: at no moment may two be active.
            foreach (var step in transition.Steps.OrderBy(step => step.To == KeyStage.Active))
            {
                await sql.ExecuteAsync(
                    $"UPDATE tenant_key SET status = @status, {TimeColumn(step.To)} = @at WHERE id = @id",
                    new { id = Text(step.Id), status = KeyRow.StatusOf(step.To), at = Milliseconds(transition.At) });
            }

            await AddEventsAsync(sql, transition.Events);
            return TransitionOutcome.Done;
        },
        announce: true,
        cancellationToken);

    public Task DestroyWrapsAsync(Guid id, DateTimeOffset at, CancellationToken cancellationToken) => WriteAsync(
        async sql =>
        {
            var key = new { id = Text(id), at = Milliseconds(at) };
            await sql.ExecuteAsync("DELETE FROM key_wrap WHERE key_id = @id", key);
            return await sql.ExecuteAsync("UPDATE tenant_key SET destroyed_at = @at WHERE id = @id AND destroyed_at IS NULL", key);
        },
        announce: false,
        cancellationToken);

    private static async Task<IReadOnlyList<StoredEvent>> ReadChainAsync(SqlSession sql, long after) =>
    [
        .. (await sql.ListAsync<EventRow>("SELECT n, jws, actor, reason, at FROM key_event WHERE n > @after ORDER BY n", new { after }))
            .Select(row => row.ToEvent()),
    ];

    private static async Task<IReadOnlyList<KeyVersion>> ReadKeysAsync(SqlSession sql, string? tenant) =>
    [
        .. (await sql.ListAsync<KeyRow>(
            $"SELECT {KeyRow.Columns} FROM tenant_key {(tenant is null ? "" : "WHERE tenant_id = @tenant")} ORDER BY tenant_id, purpose, version",
            new { tenant })).Select(row => row.ToVersion()),
    ];

    private static async Task<IReadOnlyList<KeyWrap>> ReadWrapsAsync(SqlSession sql, Guid id) =>
    [
        .. (await sql.ListAsync<WrapRow>($"SELECT {WrapRow.Columns} FROM key_wrap WHERE key_id = @id ORDER BY region", new { id = Text(id) }))
            .Select(row => row.ToWrap()),
    ];

    // The index tenant_key_next lets one in.
    private static async Task<bool> AddKeyAsync(SqlSession sql, StoredKey key)
    {
        if (await sql.ExecuteAsync(
            """
            INSERT INTO tenant_key (
                id, kid, tenant_id, purpose, alg, version, status, public_key, origin, reason, created_at, activate_at, tested_at, activated_at,
                deactivated_at, revoked_at, destroyed_at)
            SELECT
                @Id, @Kid, @Tenant, @Purpose, @Alg, coalesce(max(version), 0) + 1, @Status, @PublicKey, @Origin, @Reason, @CreatedAt,
                @ActivateAt, @TestedAt, @ActivatedAt, @DeactivatedAt, @RevokedAt, @DestroyedAt
            FROM tenant_key WHERE tenant_id = @Tenant AND purpose = @Purpose
            ON CONFLICT DO NOTHING
            """,
            KeyRow.From(key.Version)) == 0)
        {
            return false;
        }

        // What is destroyed stays so, whatever an image has of it.
        if (key.Version.DestroyedAt is null)
        {
            await sql.ExecuteAsync(
                """
                INSERT INTO key_wrap (key_id, provider, region, key_reference, ctx_version, blob)
                VALUES (@Owner, @Provider, @Region, @KeyReference, @CtxVersion, @Blob)
                """,
                WrapRow.From(key.Version.Id, key.Wraps));
        }

        return true;
    }

    private static Task<int> AddEventsAsync(SqlSession sql, IEnumerable<StoredEvent> events) => sql.ExecuteAsync(
        "INSERT INTO key_event (n, jws, actor, reason, at) VALUES (@N, @Jws, @Actor, @Reason, @At)", events.Select(EventRow.From));

    private static string TimeColumn(KeyStage stage) => stage switch
    {
        KeyStage.Published => "published_at",
        KeyStage.Active => "activated_at",
        KeyStage.Retired => "deactivated_at",
        KeyStage.Revoked => "revoked_at",
        _ => throw new ArgumentOutOfRangeException(nameof(stage)),
    };

    private static string Text(Guid id) => id.ToString("D", CultureInfo.InvariantCulture);

    private static long Milliseconds(DateTimeOffset time) => time.ToUnixTimeMilliseconds();
}
