using KmsGateway.Keys.Providers;

namespace KmsGateway.Keys.Stores.Sql;

/// <summary>The key store in SQL that SQLite and PostgreSQL understand alike.</summary>
internal sealed partial class SqlKeyStore(ISqlEngine engine) : IKeyStore
{
    private const string RootQuery =
        $"SELECT id, kid, public_key AS PublicKey, created_at AS CreatedAt, {WrapRow.Columns} FROM trust_root";
    private const string CanaryQuery = $"SELECT id, created_at AS CreatedAt, {WrapRow.Columns} FROM canary";

    private string? _id;

    public string Id => _id ?? throw new InvalidOperationException("The key store is not open.");

    public long Changes => engine.Changes.Count;

    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        await engine.PrepareAsync(cancellationToken);
        _id = await WriteAsync(
            async sql =>
            {
                await sql.ExecuteAsync(
                    "INSERT INTO meta (name, value) VALUES ('store_id', @id) ON CONFLICT DO NOTHING", new { id = Guid.NewGuid().ToString("D") });
                return await ReadIdAsync(sql);
            },
            announce: false,
            cancellationToken);
    }

    public async Task<DateTimeOffset> GetTimeAsync(CancellationToken cancellationToken) => DateTimeOffset.FromUnixTimeMilliseconds(
        await ReadAsync(sql => sql.FirstAsync<long>($"SELECT {engine.TimeExpression}"), cancellationToken));

    public Task WaitForChangeAsync(long seen, TimeSpan atMost, CancellationToken cancellationToken) =>
        engine.Changes.WaitAsync(seen, atMost, cancellationToken);

    public Task<StoredRoot?> FindRootAsync(CancellationToken cancellationToken) => ReadAsync(FindRootAsync, cancellationToken);

    public Task<StoredRoot> AddRootAsync(StoredRoot root, CancellationToken cancellationToken) => WriteAsync(
        async sql =>
        {
            await AddRootAsync(sql, root);
            return (await FindRootAsync(sql))!;
        },
        announce: true,
        cancellationToken);

    public Task<StoredCanary?> FindCanaryAsync(CancellationToken cancellationToken) => ReadAsync(FindCanaryAsync, cancellationToken);

    public Task<StoredCanary> AddCanaryAsync(StoredCanary canary, CancellationToken cancellationToken) => WriteAsync(
        async sql =>
        {
            await AddCanaryAsync(sql, canary);
            return (await FindCanaryAsync(sql))!;
        },
        announce: true,
        cancellationToken);

    public Task AddPoliciesAsync(IReadOnlyCollection<StoredPolicy> policies, CancellationToken cancellationToken) =>
        WriteAsync(sql => AddPoliciesAsync(sql, policies), announce: false, cancellationToken);

    public Task<byte[]?> FindPolicyAsync(string id, CancellationToken cancellationToken) =>
        ReadAsync(sql => sql.FirstAsync<byte[]>("SELECT json FROM policy WHERE id = @id", new { id }), cancellationToken);

    private static async Task<string> ReadIdAsync(SqlSession sql) =>
        (await sql.FirstAsync<string>("SELECT value FROM meta WHERE name = 'store_id'"))!;

    private static async Task<StoredRoot?> FindRootAsync(SqlSession sql) =>
        await sql.FirstAsync<InstallationRow>(RootQuery) is { } row ? row.ToRoot(await ReadOtherWrapsAsync(sql, row.Id)) : null;

    private static async Task<StoredCanary?> FindCanaryAsync(SqlSession sql) =>
        await sql.FirstAsync<InstallationRow>(CanaryQuery) is { } row ? row.ToCanary(await ReadOtherWrapsAsync(sql, row.Id)) : null;

    private static Task<IReadOnlyList<WrapRow>> ReadOtherWrapsAsync(SqlSession sql, string owner) => sql.ListAsync<WrapRow>(
        $"SELECT {WrapRow.Columns} FROM installation_wrap WHERE owner_id = @owner ORDER BY region", new { owner });

    private static async Task AddRootAsync(SqlSession sql, StoredRoot root)
    {
        if (await sql.ExecuteAsync(
            """
            INSERT INTO trust_root (one, id, kid, public_key, provider, region, key_reference, ctx_version, blob, created_at)
            VALUES (1, @Id, @Kid, @PublicKey, @Provider, @Region, @KeyReference, @CtxVersion, @Blob, @CreatedAt) ON CONFLICT DO NOTHING
            """,
            InstallationRow.From(root)) > 0)
        {
            await AddOtherWrapsAsync(sql, root.Id, root.Wraps);
        }
    }

    private static async Task AddCanaryAsync(SqlSession sql, StoredCanary canary)
    {
        if (await sql.ExecuteAsync(
            """
            INSERT INTO canary (one, id, provider, region, key_reference, ctx_version, blob, created_at)
            VALUES (1, @Id, @Provider, @Region, @KeyReference, @CtxVersion, @Blob, @CreatedAt) ON CONFLICT DO NOTHING
            """,
            InstallationRow.From(canary)) > 0)
        {
            await AddOtherWrapsAsync(sql, canary.Id, canary.Wraps);
        }
    }

    private static Task<int> AddOtherWrapsAsync(SqlSession sql, Guid owner, IEnumerable<KeyWrap> wraps) => sql.ExecuteAsync(
        """
        INSERT INTO installation_wrap (owner_id, provider, region, key_reference, ctx_version, blob)
        VALUES (@Owner, @Provider, @Region, @KeyReference, @CtxVersion, @Blob)
        """,
        WrapRow.From(owner, wraps.Skip(1)));

    private static Task<int> AddPoliciesAsync(SqlSession sql, IEnumerable<StoredPolicy> policies) => sql.ExecuteAsync(
        "INSERT INTO policy (id, json, first_used_at) VALUES (@Id, @Json, @FirstUsedAt) ON CONFLICT DO NOTHING",
        policies.Select(policy => new { policy.Id, policy.Json, FirstUsedAt = policy.FirstUsedAt.ToUnixTimeMilliseconds() }));

    private Task<T> ReadAsync<T>(Func<SqlSession, Task<T>> query, CancellationToken cancellationToken) =>
        engine.ReadAsync(connection => query(new SqlSession(connection, null, cancellationToken)), cancellationToken);

    private Task<T> WriteAsync<T>(Func<SqlSession, Task<T>> command, bool announce, CancellationToken cancellationToken) => engine.WriteAsync(
        (connection, transaction) => command(new SqlSession(connection, transaction, cancellationToken)), announce, cancellationToken);
}
