namespace KmsGateway.Proxy.Management;

internal static class TrustRoutes
{
    public static void MapTrust(this IEndpointRouteBuilder management)
    {
        var trust = management.ServiceProvider.GetRequiredService<TrustEndpoints>();
        management.MapReading("/.well-known/jwks.json", trust.WriteTrustFileAsync);
        management.MapReading("/.well-known/jwks/{tenant}.json", trust.WriteKeySetAsync);
        management.MapReading("/.well-known/kmsgateway-policies/{pol}", trust.WritePolicyAsync);
    }
}
