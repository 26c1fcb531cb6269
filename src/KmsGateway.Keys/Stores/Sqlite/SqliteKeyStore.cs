using Dapper;
using KmsGateway.Keys.Options;
using KmsGateway.Keys.Providers;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;

namespace KmsGateway.Keys.Stores.Sqlite;

/// <summary>The key store in one file, for one machine.</summary>
/// <remarks>The driver's asynchronous calls are synchronous: every call goes to the thread pool, none to a request's thread.</remarks>
internal sealed class SqliteKeyStore : IKeyStore, IDisposable
{
    private const string WrapColumns = "provider, region, key_reference AS KeyReference, ctx_version AS CtxVersion, blob";
    private const string RootQuery =
        $"SELECT id, kid, public_key AS PublicKey, created_at AS CreatedAt, {WrapColumns} FROM trust_root";
    private const string CanaryQuery = $"SELECT id, created_at AS CreatedAt, {WrapColumns} FROM canary";

    private readonly string _connectionString;
    private string? _id;

    public SqliteKeyStore(IOptions<KeyStoreOptions> options)
    {
        _connectionString = new SqliteConnectionStringBuilder(options.Value.ConnectionString) { ForeignKeys = true }.ToString();
    }

    public string Id => _id ?? throw new InvalidOperationException("The key store is not open.");

    public Task OpenAsync(CancellationToken cancellationToken) =>
        Task.Run(() => _id = SqliteSchema.Prepare(_connectionString), cancellationToken);

    public Task<StoredRoot?> FindRootAsync(CancellationToken cancellationToken) =>
        ReadAsync(connection => connection.QuerySingleOrDefault<KeyRow>(RootQuery)?.ToRoot(), cancellationToken);

    public Task<StoredRoot> AddRootAsync(StoredRoot root, CancellationToken cancellationToken) => WriteAsync(
        (connection, transaction) =>
        {
            connection.Execute(
                """
                INSERT OR IGNORE INTO trust_root (one, id, kid, public_key, provider, region, key_reference, ctx_version, blob, created_at)
                VALUES (1, @Id, @Kid, @PublicKey, @Provider, @Region, @KeyReference, @CtxVersion, @Blob, @CreatedAt)
                """,
                KeyRow.From(root),
                transaction);
            return connection.QuerySingle<KeyRow>(RootQuery, transaction: transaction).ToRoot();
        },
        cancellationToken);

    public Task<StoredCanary?> FindCanaryAsync(CancellationToken cancellationToken) =>
        ReadAsync(connection => connection.QuerySingleOrDefault<KeyRow>(CanaryQuery)?.ToCanary(), cancellationToken);

    public Task<StoredCanary> AddCanaryAsync(StoredCanary canary, CancellationToken cancellationToken) => WriteAsync(
        (connection, transaction) =>
        {
            connection.Execute(
                """
                INSERT OR IGNORE INTO canary (one, id, provider, region, key_reference, ctx_version, blob, created_at)
                VALUES (1, @Id, @Provider, @Region, @KeyReference, @CtxVersion, @Blob, @CreatedAt)
                """,
                KeyRow.From(canary),
                transaction);
            return connection.QuerySingle<KeyRow>(CanaryQuery, transaction: transaction).ToCanary();
        },
        cancellationToken);

    public Task<IReadOnlyList<StoredEvent>> ReadChainAsync(long after, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<StoredEvent>>(
            connection =>
            [
                .. connection
                    .Query<EventRow>("SELECT n, jws, actor, reason, at FROM key_event WHERE n > @after ORDER BY n", new { after })
                    .Select(row => row.ToEvent()),
            ],
            cancellationToken);

    public Task<IReadOnlyList<ActiveKeyRow>> ReadActiveSigningKeysAsync(CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<ActiveKeyRow>>(
            connection =>
            [
                .. connection
                    .Query<KeyRow>(
                        "SELECT tenant_id AS Tenant, id, kid FROM tenant_key WHERE purpose = @purpose AND status = 'active'",
                        new { purpose = KeyPurpose.Signing })
                    .Select(row => row.ToActive()),
            ],
            cancellationToken);

    public Task<StoredKey?> FindKeyAsync(Guid id, CancellationToken cancellationToken) => ReadAsync(
        connection => connection.QueryFirstOrDefault<KeyRow>(
            $"""
            SELECT id, kid, tenant_id AS Tenant, alg, public_key AS PublicKey, created_at AS CreatedAt, {WrapColumns}
            FROM tenant_key JOIN key_wrap ON key_id = id
            WHERE id = @id
            """,
            new { id = id.ToString("D") })?.ToKey(),
        cancellationToken);

    public Task<AddKeyOutcome> AddActiveKeyAsync(StoredKey key, IReadOnlyList<StoredEvent> events, CancellationToken cancellationToken) =>
        WriteAsync((connection, transaction) => AddActiveKey(connection, transaction, key, events), cancellationToken);

    public Task AddPoliciesAsync(IReadOnlyCollection<StoredPolicy> policies, CancellationToken cancellationToken) => WriteAsync(
        (connection, transaction) => connection.Execute(
            "INSERT OR IGNORE INTO policy (id, json, first_used_at) VALUES (@Id, @Json, @FirstUsedAt)",
            policies.Select(policy => new { policy.Id, policy.Json, FirstUsedAt = policy.FirstUsedAt.ToUnixTimeMilliseconds() }),
            transaction),
        cancellationToken);

    public Task<byte[]?> FindPolicyAsync(string id, CancellationToken cancellationToken) => ReadAsync(
        connection => connection.QuerySingleOrDefault<byte[]>("SELECT json FROM policy WHERE id = @id", new { id }),
        cancellationToken);

    /// <summary>Gives back the pooled connections; the last one to close tidies up the file.</summary>
    public void Dispose()
    {
        using var connection = new SqliteConnection(_connectionString);
        SqliteConnection.ClearPool(connection);
    }

    private static AddKeyOutcome AddActiveKey(
        SqliteConnection connection, SqliteTransaction transaction, StoredKey key, IReadOnlyList<StoredEvent> events)
    {
        var tenant = new { key.Tenant, Purpose = KeyPurpose.Signing };
        if (connection.QuerySingle<long>(
            "SELECT count(*) FROM tenant_key WHERE tenant_id = @Tenant AND purpose = @Purpose AND status = 'active'",
            tenant,
            transaction) > 0)
        {
            return AddKeyOutcome.TenantHasKey;
        }

        if (connection.QuerySingle<long>("SELECT coalesce(max(n), 0) FROM key_event", transaction: transaction) != events[0].N - 1)
        {
            return AddKeyOutcome.ChainMoved;
        }

        var row = KeyRow.From(key);
        connection.Execute("INSERT OR IGNORE INTO tenant (id, created_at) VALUES (@Tenant, @CreatedAt)", row, transaction);
        connection.Execute(
            $"""
            INSERT INTO tenant_key (id, kid, tenant_id, purpose, alg, version, status, public_key, created_at, activated_at)
            SELECT
                @Id, @Kid, @Tenant, '{KeyPurpose.Signing}', @Alg, coalesce(max(version), 0) + 1, 'active', @PublicKey, @CreatedAt, @CreatedAt
            FROM tenant_key WHERE tenant_id = @Tenant AND purpose = '{KeyPurpose.Signing}'
            """,
            row,
            transaction);
        connection.Execute(
            """
            INSERT INTO key_wrap (key_id, provider, region, key_reference, ctx_version, blob)
            VALUES (@Id, @Provider, @Region, @KeyReference, @CtxVersion, @Blob)
            """,
            row,
            transaction);
        connection.Execute(
            "INSERT INTO key_event (n, jws, actor, reason, at) VALUES (@N, @Jws, @Actor, @Reason, @At)",
            events.Select(EventRow.From),
            transaction);
        return AddKeyOutcome.Added;
    }

    private Task<T> ReadAsync<T>(Func<SqliteConnection, T> query, CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            using var connection = Open();
            return query(connection);
        },
        cancellationToken);

    private Task<T> WriteAsync<T>(Func<SqliteConnection, SqliteTransaction, T> command, CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            using var connection = Open();

            // BEGIN IMMEDIATE: the right to write is taken before anything is read, so what was read still holds when it is written.
            using var transaction = connection.BeginTransaction(deferred: false);
            var result = command(connection, transaction);
            transaction.Commit();
            return result;
        },
        cancellationToken);

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection(_connectionString);
        connection.Open();
        return connection;
    }
}
