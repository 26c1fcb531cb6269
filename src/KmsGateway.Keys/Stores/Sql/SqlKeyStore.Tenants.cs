namespace KmsGateway.Keys.Stores.Sql;

internal sealed partial class SqlKeyStore
{
    public Task<bool> TryClaimAsync(
        string tenant, string owner, DateTimeOffset now, DateTimeOffset until, CancellationToken cancellationToken) => WriteAsync(
        async sql =>
        {
            var claim = new { tenant, owner, now = Milliseconds(now), until = Milliseconds(until) };
            await sql.ExecuteAsync("INSERT INTO tenant (id, created_at) VALUES (@tenant, @now) ON CONFLICT DO NOTHING", claim);
            return await sql.ExecuteAsync(
                """
                UPDATE tenant SET claimed_by = @owner, claim_until = @until
                WHERE id = @tenant AND (claimed_by IS NULL OR claimed_by = @owner OR claim_until < @now)
                """,
                claim) == 1;
        },
        announce: false,
        cancellationToken);

    public Task ReleaseAsync(string tenant, string owner, CancellationToken cancellationToken) => WriteAsync(
        sql => sql.ExecuteAsync(
            "UPDATE tenant SET claimed_by = NULL, claim_until = NULL WHERE id = @tenant AND claimed_by = @owner", new { tenant, owner }),
        announce: false,
        cancellationToken);

    public Task<IReadOnlyList<StoredTenant>> ReadTenantsAsync(CancellationToken cancellationToken) => ReadAsync(ReadTenantsAsync, cancellationToken);

    public Task AddTenantAsync(string tenant, DateTimeOffset at, CancellationToken cancellationToken) => WriteAsync(
        sql => sql.ExecuteAsync(
            $"""
            INSERT INTO tenant (id, created_at, origin) VALUES (@tenant, @at, '{TenantRow.Api}')
            ON CONFLICT (id) DO UPDATE SET origin = '{TenantRow.Api}', removed_at = NULL
            """,
            new { tenant, at = Milliseconds(at) }),
        announce: true,
        cancellationToken);

    public Task<bool> RemoveTenantAsync(string tenant, DateTimeOffset at, CancellationToken cancellationToken) => WriteAsync(
        async sql => await sql.ExecuteAsync(
            $"UPDATE tenant SET removed_at = @at WHERE id = @tenant AND origin = '{TenantRow.Api}' AND removed_at IS NULL",
            new { tenant, at = Milliseconds(at) }) == 1,
        announce: true,
        cancellationToken);

    public Task SaveReplicaAsync(StoredReplica replica, CancellationToken cancellationToken) => WriteAsync(
        sql => sql.ExecuteAsync(
            """
            INSERT INTO replica (id, applied_n, seen_at) VALUES (@Id, @Applied, @seen)
            ON CONFLICT (id) DO UPDATE SET
                applied_n = CASE WHEN excluded.applied_n > replica.applied_n THEN excluded.applied_n ELSE replica.applied_n END,
                seen_at = excluded.seen_at
            """,
            new { replica.Id, replica.Applied, seen = Milliseconds(replica.SeenAt) }),
        announce: false,
        cancellationToken);

    public Task<IReadOnlyList<StoredReplica>> ReadReplicasAsync(CancellationToken cancellationToken) => ReadAsync<IReadOnlyList<StoredReplica>>(
        async sql =>
        [
            .. (await sql.ListAsync<(string Id, long Applied, long SeenAt)>("SELECT id, applied_n, seen_at FROM replica ORDER BY id"))
                .Select(row => new StoredReplica(row.Id, row.Applied, DateTimeOffset.FromUnixTimeMilliseconds(row.SeenAt))),
        ],
        cancellationToken);

    public Task RemoveReplicasAsync(DateTimeOffset notSeenSince, CancellationToken cancellationToken) => WriteAsync(
        sql => sql.ExecuteAsync("DELETE FROM replica WHERE seen_at < @since", new { since = Milliseconds(notSeenSince) }),
        announce: false,
        cancellationToken);

    public async Task<StoredStatement?> FindStatementAsync(CancellationToken cancellationToken)
    {
        var rows = await ReadAsync(
            sql => sql.ListAsync<(long N, string AsOf, long At)>("SELECT n, as_of, at FROM trust_statement"), cancellationToken);
        return rows.Count == 0 ? null : new StoredStatement(rows[0].N, rows[0].AsOf, DateTimeOffset.FromUnixTimeMilliseconds(rows[0].At));
    }

    public Task SaveStatementAsync(StoredStatement statement, CancellationToken cancellationToken) => WriteAsync(
        sql => sql.ExecuteAsync(
            """
            INSERT INTO trust_statement (one, n, as_of, at) VALUES (1, @N, @AsOf, @at)
            ON CONFLICT (one) DO UPDATE SET n = excluded.n, as_of = excluded.as_of, at = excluded.at
            WHERE excluded.n >= trust_statement.n AND excluded.at > trust_statement.at
            """,
            new { statement.N, statement.AsOf, at = Milliseconds(statement.At) }),
        announce: true,
        cancellationToken);

    private static async Task<IReadOnlyList<StoredTenant>> ReadTenantsAsync(SqlSession sql) =>
    [
        .. (await sql.ListAsync<TenantRow>("SELECT id, created_at AS CreatedAt, origin, removed_at AS RemovedAt FROM tenant ORDER BY id"))
            .Select(row => row.ToTenant()),
    ];
}
