using KmsGateway.Keys.Clocks;
using KmsGateway.Keys.Probing;
using KmsGateway.Proxy.Listeners;
using KmsGateway.Proxy.Management.Administration;
using Microsoft.Extensions.Options;

namespace KmsGateway.Proxy.Management;

/// <summary>Everything of the management port.</summary>
internal static class ManagementEndpoints
{
    private static readonly string[] Reading = [HttpMethods.Get, HttpMethods.Head];

    public static void AddManagement(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<IValidateOptions<HealthOptions>, HealthOptionsValidator>();
        builder.Services.AddOptions<HealthOptions>().BindConfiguration(HealthOptions.Section).ValidateOnStart();
        builder.Services.AddSingleton(services => new HealthReport(
            () => services.GetRequiredService<KmsProbe>().Current,
            services.GetRequiredService<ClockSkew>(),
            services.GetRequiredService<Draining>(),
            services.GetRequiredService<IOptions<HealthOptions>>()));
        builder.Services.AddSingleton<TrustEndpoints>();
        builder.Services.AddAdministration();
    }

    public static void MapManagement(this WebApplication gateway)
    {
        gateway.UseMiddleware<ManagementBodyLimit>();
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
