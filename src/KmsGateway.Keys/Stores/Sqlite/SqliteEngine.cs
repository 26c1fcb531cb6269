using System.Data.Common;
using KmsGateway.Keys.Options;
using KmsGateway.Keys.Stores.Sql;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;

namespace KmsGateway.Keys.Stores.Sqlite;

/// <summary>The key store in one file, for one machine.</summary>
/// <remarks>
/// The driver's asynchronous calls are synchronous: every call goes to the thread pool, none to a request's thread. Other processes on the
/// file are not told of changes; they look after <see cref="KeyStoreOptions.ChangeInterval"/>.
/// </remarks>
internal sealed class SqliteEngine(IOptions<KeyStoreOptions> options, TimeProvider time) : ISqlEngine, IDisposable
{
    private readonly string _connectionString =
        new SqliteConnectionStringBuilder(options.Value.ConnectionString) { ForeignKeys = true }.ToString();

    public string TimeExpression => "CAST(unixepoch('subsec') * 1000 AS INTEGER)";

    public ChangeSignal Changes { get; } = new(time);

    public Task PrepareAsync(CancellationToken cancellationToken) =>
        Task.Run(() => SqliteSchema.Prepare(_connectionString), cancellationToken);

    public Task<T> ReadAsync<T>(Func<DbConnection, Task<T>> query, CancellationToken cancellationToken) => Task.Run(
        async () =>
        {
            await using var connection = Open();
            return await query(connection);
        },
        cancellationToken);

    public Task<T> WriteAsync<T>(
        Func<DbConnection, DbTransaction, Task<T>> command, bool announce, CancellationToken cancellationToken) => Task.Run(
        async () =>
        {
            T result;
            await using (var connection = Open())
            {
                // BEGIN IMMEDIATE: the right to write is taken before anything is read.
                await using var transaction = connection.BeginTransaction(deferred: false);
                result = await command(connection, transaction);
                await transaction.CommitAsync(CancellationToken.None);
            }

            if (announce)
            {
                Changes.Raise();
            }

            return result;
        },
        cancellationToken);

    /// <summary>Gives back the pooled connections; the last one to close tidies up the file.</summary>
    public void Dispose()
    {
        using var connection = new SqliteConnection(_connectionString);
        SqliteConnection.ClearPool(connection);
    }

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection(_connectionString);
        connection.Open();
        return connection;
    }
}
