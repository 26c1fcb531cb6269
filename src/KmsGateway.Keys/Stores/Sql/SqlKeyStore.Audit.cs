using KmsGateway.Keys.Audit;

namespace KmsGateway.Keys.Stores.Sql;

internal sealed partial class SqlKeyStore
{
    public Task<long?> ShredAsync(KeyVersion seed, AuditEntry entry, DateTimeOffset at, CancellationToken cancellationToken) => WriteAsync<long?>(
        async sql =>
        {
            var key = new { id = Text(seed.Id), status = KeyRow.StatusOf(seed.Stage), at = Milliseconds(at) };
            if (await sql.ExecuteAsync(
                """
                UPDATE tenant_key SET
                    destroyed_at = @at,
                    deactivated_at = CASE status WHEN 'active' THEN @at ELSE deactivated_at END,
                    status = CASE status WHEN 'active' THEN 'retired' WHEN 'pending' THEN 'failed' ELSE status END
                WHERE id = @id AND status = @status AND destroyed_at IS NULL
                """,
                key) == 0)
            {
                return null;
            }

            await sql.ExecuteAsync("DELETE FROM key_wrap WHERE key_id = @id", key);
            return await AppendAuditAsync(sql, entry, at);
        },
        announce: true,
        cancellationToken);

    public Task<long> AppendAuditAsync(AuditEntry entry, DateTimeOffset at, CancellationToken cancellationToken) =>
        WriteAsync(sql => AppendAuditAsync(sql, entry, at), announce: false, cancellationToken);

    public Task<IReadOnlyList<StoredAudit>> ReadAuditAsync(long first, int limit, CancellationToken cancellationToken) =>
        ReadAsync(sql => ReadAuditAsync(sql, first, limit), cancellationToken);

    private static async Task<IReadOnlyList<StoredAudit>> ReadAuditAsync(SqlSession sql, long first, int limit) =>
    [
        .. (await sql.ListAsync<(long N, string Entry)>(
            "SELECT n, entry FROM audit_event WHERE n >= @first ORDER BY n LIMIT @limit", new { first, limit }))
            .Select(row => new StoredAudit(row.N, row.Entry)),
    ];

    private static async Task<long> AppendAuditAsync(SqlSession sql, AuditEntry entry, DateTimeOffset at)
    {
        var end = (await sql.ListAsync<(long N, string Entry)>("SELECT n, entry FROM audit_event ORDER BY n DESC LIMIT 1"))
            .Select(row => new StoredAudit(row.N, row.Entry)).FirstOrDefault();
        var n = (end?.N ?? 0) + 1;
        await AddAuditAsync(sql, [new StoredAudit(n, AuditChain.Write(entry, at, n, end?.Entry))]);
        return n;
    }

    private static Task<int> AddAuditAsync(SqlSession sql, IEnumerable<StoredAudit> entries) =>
        sql.ExecuteAsync("INSERT INTO audit_event (n, entry) VALUES (@N, @Entry)", entries);
}
