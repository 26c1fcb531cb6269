namespace KmsGateway.Proxy.Listeners;

/// <summary>Endpoint metadata: the only listener that reaches the endpoint.</summary>
internal sealed record OnListener(GatewayListener Listener);
