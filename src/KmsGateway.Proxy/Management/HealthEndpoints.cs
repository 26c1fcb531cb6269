namespace KmsGateway.Proxy.Management;

internal static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder management)
    {
        var report = management.ServiceProvider.GetRequiredService<HealthReport>();
        management.MapAll(["/health/live", "/healthz", "/q/health/live"], HealthReport.WriteLiveAsync);
        management.MapAll(["/health/ready", "/readyz", "/q/health/ready"], report.WriteReadyAsync);
        management.MapAll(["/health/serving"], report.WriteServingAsync);
    }

    private static void MapAll(this IEndpointRouteBuilder management, string[] paths, RequestDelegate handler)
    {
        foreach (var path in paths)
        {
            management.MapReading(path, handler);
        }
    }
}
