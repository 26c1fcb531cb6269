using System.Data.Common;
using Dapper;
using KmsGateway.Keys.Options;
using KmsGateway.Keys.Stores.Sql;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace KmsGateway.Keys.Stores.Postgres;

/// <summary>The key store in PostgreSQL, for any number of gateways.</summary>
internal sealed class PostgresEngine : ISqlEngine, IAsyncDisposable
{
    /// <summary>The channel of LISTEN and NOTIFY.</summary>
    public const string Channel = "kmsgateway_keys";

    // One lock for all writers of a database, given back with the transaction also by a pooler in front of it. The waits end, so that a
    // program that stopped in the middle holds up nobody for long.
    private const string BecomeTheWriter =
        """
        SET LOCAL lock_timeout = '5s';
        SET LOCAL idle_in_transaction_session_timeout = '10s';
        SELECT pg_advisory_xact_lock(7254613810);
        """;

    private readonly string _connectionString;
    private readonly NpgsqlDataSource _source;
    private readonly PostgresListener _listener;

    public PostgresEngine(IOptions<KeyStoreOptions> options, TimeProvider time, ILogger<PostgresListener> logger)
    {
        var builder = new NpgsqlConnectionStringBuilder(options.Value.ConnectionString)
        {
            ApplicationName = "kmsgateway",
            CommandTimeout = 5,
        };
        builder.Timeout = Math.Min(builder.Timeout, 5);
        _connectionString = builder.ToString();
        _source = NpgsqlDataSource.Create(_connectionString);
        Changes = new ChangeSignal(time);
        _listener = new PostgresListener(_connectionString, Changes, time, logger);
    }

    public string TimeExpression => "(extract(epoch FROM clock_timestamp()) * 1000)::bigint";

    public ChangeSignal Changes { get; }

    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        await Task.Run(() => PostgresSchema.Prepare(_connectionString), cancellationToken);
        _listener.Start();
    }

    public async Task<T> ReadAsync<T>(Func<DbConnection, Task<T>> query, CancellationToken cancellationToken)
    {
        await using var connection = await _source.OpenConnectionAsync(cancellationToken);
        return await query(connection);
    }

    public async Task<T> WriteAsync<T>(
        Func<DbConnection, DbTransaction, Task<T>> command, bool announce, CancellationToken cancellationToken)
    {
        await using var connection = await _source.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(BecomeTheWriter, transaction: transaction, cancellationToken: cancellationToken));
        var result = await command(connection, transaction);
        if (announce)
        {
            // Told when the transaction is committed, and not before.
            await connection.ExecuteAsync(new CommandDefinition(
                $"NOTIFY {Channel}", transaction: transaction, cancellationToken: cancellationToken));
        }

        await transaction.CommitAsync(cancellationToken);
        return result;
    }

    public async ValueTask DisposeAsync()
    {
        await _listener.DisposeAsync();
        await _source.DisposeAsync();
    }
}
