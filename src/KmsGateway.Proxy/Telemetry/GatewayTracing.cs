using System.Diagnostics;

namespace KmsGateway.Proxy.Telemetry;

/// <summary>The source of the gateway's own spans.</summary>
internal static class GatewayTracing
{
    public static readonly ActivitySource Source = new("KmsGateway.Proxy");
}
