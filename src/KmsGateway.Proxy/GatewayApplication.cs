using KmsGateway.Proxy.Startup;
using Microsoft.Extensions.Options;

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

        // All at once and now: the host would build its services first and stop at the first option that one of them finds wrong.
        gateway.Services.GetRequiredService<IStartupValidator>().Validate();
        gateway.MapKmsGateway();
        return gateway;
    }
}
