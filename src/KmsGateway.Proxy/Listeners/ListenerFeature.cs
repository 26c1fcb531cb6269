namespace KmsGateway.Proxy.Listeners;

/// <summary>The listener that accepted a connection. A request cannot claim another one, whatever its Host header says.</summary>
internal sealed record ListenerFeature(GatewayListener Listener);
