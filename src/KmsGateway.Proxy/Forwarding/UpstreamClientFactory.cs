using Yarp.ReverseProxy.Forwarder;

namespace KmsGateway.Proxy.Forwarding;

/// <summary>YARP's own clients, with the gateway's connections.</summary>
internal sealed class UpstreamClientFactory(UpstreamConnections connections, ILogger<ForwarderHttpClientFactory> logger)
    : ForwarderHttpClientFactory(logger)
{
    protected override void ConfigureHandler(ForwarderHttpClientContext context, SocketsHttpHandler handler)
    {
        base.ConfigureHandler(context, handler);
        connections.Configure(handler);
    }
}
