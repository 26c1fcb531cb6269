namespace KmsGateway.Proxy.Forwarding;

internal static class UpstreamConnections
{
    public static void Configure(SocketsHttpHandler handler)
    {
        // A collector closes idle connections after a minute, the handler's own default: on a tie the request is lost, its body consumed.
        handler.PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30);

        // Without an end to their life connections outlive the DNS answer that named them.
        handler.PooledConnectionLifetime = TimeSpan.FromMinutes(5);
    }
}
