using Microsoft.AspNetCore.Connections;

namespace KmsGateway.Proxy.Listeners;

/// <summary>
/// Says when a connection is to end: at a certain age, and all of them when the gateway drains. A gRPC client keeps its connection for
/// ever, and would never meet a gateway that was added. <see cref="ConnectionEndMiddleware"/> does it.
/// </summary>
internal sealed class ConnectionAge(TimeSpan maxAge, Draining draining, TimeProvider time)
{
    // Clients that came together do not come again together.
    private const double Jitter = 0.1;

    public ConnectionDelegate Wrap(ConnectionDelegate next) => async connection =>
    {
        using var age = new CancellationTokenSource(maxAge > TimeSpan.Zero ? WithJitter(maxAge) : Timeout.InfiniteTimeSpan, time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(age.Token, draining.Started);
        connection.Features.Set(new ConnectionEnd(end.Token));
        await next(connection);
    };

    private static TimeSpan WithJitter(TimeSpan age) => age * (1 + (Jitter * ((2 * Random.Shared.NextDouble()) - 1)));
}
