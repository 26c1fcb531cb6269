using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Server.Kestrel;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace KmsGateway.Proxy.Listeners;

/// <summary>Where the listeners are bound: the configured port may be 0.</summary>
internal sealed class BoundListeners
{
    private readonly ConcurrentDictionary<GatewayListener, (string Scheme, ListenOptions Options)> _listeners = new();

    public void Add(GatewayListener listener, EndpointConfiguration endpoint) =>
        _listeners[listener] = (endpoint.IsHttps ? "https" : "http", endpoint.ListenOptions);

    // Kestrel writes the bound endpoint back into its options.
    public string Address(GatewayListener listener)
    {
        var (scheme, options) = _listeners[listener];
        return options.EndPoint is IPEndPoint address ? $"{scheme}://{address}" : $"{scheme}://unix:{options.SocketPath}";
    }
}
