using KmsGateway.Keys;
using KmsGateway.Proxy.Bodies;
using KmsGateway.Proxy.Forwarding;
using KmsGateway.Proxy.Listeners;
using KmsGateway.Proxy.Management;
using KmsGateway.Proxy.Protection;
using KmsGateway.Proxy.Startup;
using KmsGateway.Proxy.Telemetry;
using KmsGateway.Proxy.Tenancy;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace KmsGateway.Proxy;

/// <summary>The contents list of the gateway: what it is made of, and what it answers.</summary>
internal static class GatewayRegistration
{
    public static void AddKmsGateway(this WebApplicationBuilder builder)
    {
        StartupChecks.ThrowIfAnyFails(builder.Configuration, builder.Environment);
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.AddGatewayLogging();
        builder.AddGatewayListeners();
        builder.Services.AddTenantKeys(builder.Configuration);
        builder.AddTenancy();
        builder.AddBodies();
        builder.AddProtection();
        builder.AddOtlpForwarding();
        builder.AddManagement();
        builder.AddGatewayTelemetry();
        builder.Services.AddHostedService<ReadyLine>();
    }

    public static void MapKmsGateway(this WebApplication gateway)
    {
        gateway.CheckPolicies();
        gateway.UseMiddleware<RequestTelemetry>();
        gateway.MapOtlp();
        gateway.MapUnroutedOtlp();
        gateway.MapManagement();
    }
}
