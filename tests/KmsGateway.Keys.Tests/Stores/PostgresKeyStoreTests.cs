using KmsGateway.Keys.Options;
using KmsGateway.Keys.Stores.Postgres;
using KmsGateway.Keys.Stores.Sql;
using KmsGateway.Testing;
using KmsGateway.Testing.Processes;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace KmsGateway.Keys.Tests.Stores;

public sealed class PostgresKeyStoreTests(PostgresServer server) : KeyStoreContract
{
    private readonly List<PostgresEngine> _engines = [];
    private readonly LogCapture _log = new();
    private string _connectionString = "";

    public override async ValueTask InitializeAsync()
    {
        _connectionString = await server.NewDatabaseAsync();
        await base.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        foreach (var engine in _engines)
        {
            await engine.DisposeAsync();
        }
    }

    // What another gateway changes is seen at once, and not after the change interval.
    [Fact]
    public async Task WaitForChangeAsync_ChangeThroughAnotherStore_EndsTheWait()
    {
        var other = await NewStoreAsync();
        await other.OpenAsync(Token);
        await other.WaitForChangeAsync(0, TimeSpan.FromMinutes(5), Token);
        var seen = other.Changes;
        var waiting = other.WaitForChangeAsync(seen, TimeSpan.FromMinutes(5), Token);

        await AddActiveAsync("acme", "kid-1", first: 1);

        await waiting.WaitAsync(Patience.Limit, TimeProvider.System, Token);
        Assert.True(other.Changes > seen);
    }

    // A writer that stopped in the middle does not stop the others for ever: its session is ended for it.
    [Fact]
    public async Task ApplyAsync_AnotherWriterNeverEnds_IsRefusedInTimeAndThenGoesOn()
    {
        await using var connection = new NpgsqlConnection(_connectionString);
        await connection.OpenAsync(Token);
        await using var transaction = await connection.BeginTransactionAsync(Token);
        await using (var command = new NpgsqlCommand("SELECT pg_advisory_xact_lock(7254613810)", connection, transaction))
        {
            await command.ExecuteNonQueryAsync(Token);
        }

        await Assert.ThrowsAnyAsync<NpgsqlException>(() => Store.AddPendingKeyAsync(Key("acme", "kid-1"), Token));

        await transaction.RollbackAsync(Token);
        Assert.True(await Store.AddPendingKeyAsync(Key("acme", "kid-1"), Token));
    }

    [Fact]
    public async Task Listener_ConnectionEndedByTheServer_IsBackWithoutARestart()
    {
        await Store.WaitForChangeAsync(0, Patience.Limit, Token);
        var seen = Store.Changes;
        await ExecuteAsync("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'");

        // The reconnection itself counts as a change: something may have been announced meanwhile.
        await Store.WaitForChangeAsync(seen, Patience.Limit, Token);

        Assert.True(Store.Changes > seen);
        Assert.Equal(1, _log.Count(1025));
    }

    private protected override Task<SqlKeyStore> NewStoreAsync() => Task.FromResult(NewStore(_connectionString));

    private protected override async Task<SqlKeyStore> NewEmptyStoreAsync() => NewStore(await server.NewDatabaseAsync());

    private protected override async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(_connectionString);
        await connection.OpenAsync(Token);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Token);
    }

    private SqlKeyStore NewStore(string connectionString)
    {
        var options = new KeyStoreOptions { Provider = KeyStoreOptions.PostgresProvider, ConnectionString = connectionString };
        using var loggers = LoggerFactory.Create(builder => builder.AddProvider(_log));
        var engine = new PostgresEngine(
            Microsoft.Extensions.Options.Options.Create(options), TimeProvider.System, loggers.CreateLogger<PostgresListener>());
        _engines.Add(engine);
        return new SqlKeyStore(engine);
    }
}
