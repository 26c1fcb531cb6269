using KmsGateway.Proxy.Startup;

namespace KmsGateway.Proxy;

/// <summary>Builds the gateway; the program and the tests start the same one.</summary>
internal static class GatewayApplication
{
    /// <param name="configure">What a test changes before the gateway reads its configuration.</param>
    public static WebApplication Create(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = GatewayConfiguration.CreateBuilder(args);
        configure?.Invoke(builder);
        builder.AddKmsGateway();

        var gateway = builder.Build();
        gateway.MapKmsGateway();
        return gateway;
    }
}
