using KmsGateway.Keys.Stores.Sql;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace KmsGateway.Keys.Stores.Postgres;

/// <summary>A connection of its own that waits for what other gateways announce. Without it changes are seen a little later.</summary>
internal sealed class PostgresListener : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private readonly string _connectionString;
    private readonly ChangeSignal _changes;
    private readonly TimeProvider _time;
    private readonly ILogger<PostgresListener> _logger;
    private readonly CancellationTokenSource _stopping = new();
    private Task _listening = Task.CompletedTask;

    public PostgresListener(string connectionString, ChangeSignal changes, TimeProvider time, ILogger<PostgresListener> logger)
    {
        // Keepalive: a connection that only listens would not learn that the other side has gone.
        _connectionString = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false, KeepAlive = 10 }.ToString();
        _changes = changes;
        _time = time;
        _logger = logger;
    }

    public void Start() => _listening = Task.Run(() => ListenAsync(_stopping.Token), _stopping.Token);

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _listening.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
    }

    private async Task ListenAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await ListenOnceAsync(cancellationToken);
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                // Whatever it was: who does not listen hears of a revocation by looking only.
                KeysLog.ListenerLost(_logger, exception);
                await Task.Delay(Pause, _time, cancellationToken);
            }
        }
    }

    private async Task ListenOnceAsync(CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(_connectionString);
        connection.Notification += (_, _) => _changes.Raise();
        await connection.OpenAsync(cancellationToken);
        await using (var command = new NpgsqlCommand($"LISTEN {PostgresEngine.Channel}", connection))
        {
            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        // What was announced while nobody listened.
        _changes.Raise();
        while (true)
        {
            await connection.WaitAsync(cancellationToken);
        }
    }
}
