namespace KmsGateway.Proxy.Listeners;

/// <summary>The three ports. Each name is also the name of its endpoint under <c>Kestrel:Endpoints</c>.</summary>
internal enum GatewayListener
{
    OtlpGrpc,
    OtlpHttp,
    Management,
}
