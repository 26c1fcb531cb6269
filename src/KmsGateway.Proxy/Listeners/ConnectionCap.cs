using Microsoft.AspNetCore.Connections;

namespace KmsGateway.Proxy.Listeners;

/// <summary>
/// Bounds the connections of one listener, because each may fill a receive window. Kestrel's own limit counts all listeners together:
/// senders could then lock out the health probes, and the orchestrator would restart a gateway that works.
/// </summary>
internal sealed partial class ConnectionCap(GatewayListener listener, int limit, ILogger<ConnectionCap> logger)
{
    private int _open;

    public ConnectionDelegate Wrap(ConnectionDelegate next) => async connection =>
    {
        if (Interlocked.Increment(ref _open) > limit)
        {
            Interlocked.Decrement(ref _open);
            LogRefused(listener, limit);
            connection.Abort();
            return;
        }

        try
        {
            await next(connection);
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    };

    [LoggerMessage(4010, LogLevel.Warning, "Refused a connection on {Listener}: Limits:MaxConnections is {Limit}.")]
    private partial void LogRefused(GatewayListener listener, int limit);
}
