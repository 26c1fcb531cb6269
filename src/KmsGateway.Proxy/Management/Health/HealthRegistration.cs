using KmsGateway.Keys;
using KmsGateway.Keys.Clocks;
using KmsGateway.Keys.Probing;
using KmsGateway.Proxy.Listeners;
using Microsoft.Extensions.Options;

namespace KmsGateway.Proxy.Management.Health;

internal static class HealthRegistration
{
    // A request for a service by name; nobody sends more.
    private const int MaxGrpcRequestBytes = 4 * 1024;

    public static void AddHealth(this IServiceCollection services)
    {
        services.AddSingleton<IValidateOptions<HealthOptions>, HealthOptionsValidator>();
        services.AddOptions<HealthOptions>().BindConfiguration(HealthOptions.Section).ValidateOnStart();
        services.AddSingleton<UpstreamHealth>();
        services.AddSingleton(provider => new GatewayHealth(
            () => provider.GetRequiredService<KmsProbe>().Current,
            () => provider.GetRequiredService<TenantKeys>().HasUsableKeys,
            () => provider.GetRequiredService<UpstreamHealth>().ClustersWithoutDestination(),
            provider.GetRequiredService<ClockSkew>(),
            provider.GetRequiredService<Draining>(),
            provider.GetRequiredService<IOptions<HealthOptions>>()));
        services.AddGrpc(grpc =>
        {
            // What is not Check of this service is answered by the gateway itself, in one way.
            grpc.IgnoreUnknownServices = true;
            grpc.MaxReceiveMessageSize = MaxGrpcRequestBytes;
        });
    }

    public static void MapHealth(this IEndpointRouteBuilder management)
    {
        var health = management.ServiceProvider.GetRequiredService<GatewayHealth>();
        management.MapAll(["/health/live", "/healthz", "/q/health/live"], context => HealthJson.WriteAsync(context, GatewayHealth.Live));
        management.MapAll(["/health/ready", "/readyz", "/q/health/ready"], context => HealthJson.WriteAsync(context, health.Ready()));
        management.MapAll(["/health/serving"], context => HealthJson.WriteAsync(context, health.Serving()));
    }

    public static void MapGrpcHealth(this IEndpointRouteBuilder gateway) =>
        gateway.MapGrpcService<GrpcHealth>().OnlyOn(GatewayListener.OtlpGrpc);

    private static void MapAll(this IEndpointRouteBuilder management, string[] paths, RequestDelegate handler)
    {
        foreach (var path in paths)
        {
            management.MapReading(path, handler);
        }
    }
}
