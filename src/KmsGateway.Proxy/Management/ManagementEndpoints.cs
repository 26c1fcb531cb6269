using KmsGateway.Proxy.Listeners;
using KmsGateway.Proxy.Management.Administration;
using KmsGateway.Proxy.Management.Health;

namespace KmsGateway.Proxy.Management;

/// <summary>Everything of the management port.</summary>
internal static class ManagementEndpoints
{
    private static readonly string[] Reading = [HttpMethods.Get, HttpMethods.Head];

    public static void AddManagement(this WebApplicationBuilder builder)
    {
        builder.Services.AddHealth();
        builder.Services.AddSingleton<TrustEndpoints>();
        builder.Services.AddAdministration();
    }

    public static void MapManagement(this WebApplication gateway)
    {
        gateway.UseMiddleware<ManagementBodyLimit>();
        gateway.MapGrpcHealth();
        var management = gateway.MapGroup("").OnlyOn(GatewayListener.Management);
        management.MapHealth();
        management.MapTrust();
        management.MapMetrics();
        management.MapAdministration();
    }

    public static IEndpointConventionBuilder MapReading(this IEndpointRouteBuilder management, string path, RequestDelegate handler) =>
        management.MapMethods(path, Reading, handler);

    private static void MapMetrics(this IEndpointRouteBuilder management)
    {
        foreach (var path in (string[])["/metrics", "/q/metrics"])
        {
            management.MapPrometheusScrapingEndpoint(path).WithMetadata(new HttpMethodMetadata(Reading));
        }
    }
}
