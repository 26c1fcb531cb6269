using KmsGateway.Proxy.Forwarding.EmbeddedSink;
using KmsGateway.Proxy.Listeners;
using KmsGateway.Proxy.Protection;
using KmsGateway.Proxy.Telemetry;
using KmsGateway.Proxy.Tenancy;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Options;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Health;

namespace KmsGateway.Proxy.Forwarding;

internal static class OtlpPipeline
{
    public static void AddOtlpForwarding(this WebApplicationBuilder builder)
    {
        var proxy = builder.Services.AddReverseProxy()
            .LoadFromConfig(builder.Configuration.GetSection(UpstreamChecks.Section))
            .AddConfigFilter<UpstreamFilter>();
        builder.Services.AddSingleton<IForwarderHttpClientFactory, UpstreamClientFactory>();
        builder.Services.AddSingleton<IConfigChangeListener, UpstreamChanges>();
        builder.Services.AddSingleton<UpstreamConnections>();
        builder.Services.AddSingleton<IValidateOptions<UpstreamOptions>, UpstreamOptionsValidator>();
        builder.Services.AddOptions<UpstreamOptions>().BindConfiguration(UpstreamOptions.Section).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<UpstreamTlsOptions>, UpstreamTlsOptionsValidator>();
        builder.Services.AddOptions<UpstreamTlsOptions>().BindConfiguration(UpstreamTlsOptions.Section).ValidateOnStart();
        builder.Services.KeepDataProtectionInMemory();
        builder.Services.AddSingleton<IProbingRequestFactory, Http1ProbeFactory>();
        builder.Services.AddSingleton<IPassiveHealthCheckPolicy, NoResponsePolicy>();

        IReadOnlyList<ClusterConfig> sink =
            EmbeddedSinkOptions.IsUsed(builder.Configuration, builder.Environment) ? builder.AddEmbeddedSink() : [];
        proxy.LoadFromMemory(OtlpRoutes.All, sink);
    }

    public static void MapOtlp(this WebApplication gateway) =>
        gateway
            .MapReverseProxy(proxy =>
            {
                // Order matters. The first catches what any later one leaves behind; nothing is read before its media type is known;
                // a body is protected before a destination is chosen, so that a refusal touches none.
                proxy.UseMiddleware<ConnectionEndMiddleware>();
                proxy.UseMiddleware<ErrorNormalizer>();
                proxy.UseMiddleware<TelemetryLoop>();
                proxy.UseMiddleware<MediaTypeGuard>();
                proxy.UseMiddleware<CallerMiddleware>();
                proxy.UseMiddleware<ProtectionMiddleware>();
                proxy.UseMiddleware<UpstreamFailover>();
                proxy.UseLoadBalancing();
                proxy.UsePassiveHealthChecks();
            })
            .ConfigureEndpoints((endpoint, route) => endpoint.OnlyOn(OtlpRoutes.Listener(route)));

    // YARP adds data protection for affinity cookies, which OTLP has not; its start would write key files to the home directory.
    private static void KeepDataProtectionInMemory(this IServiceCollection services)
    {
        services.AddDataProtection().UseEphemeralDataProtectionProvider();
        foreach (var start in services.Where(IsDataProtectionStart).ToList())
        {
            services.Remove(start);
        }
    }

    private static bool IsDataProtectionStart(ServiceDescriptor service) =>
        service.ServiceType == typeof(IHostedService)
        && service.ImplementationType?.Assembly.GetName().Name == "Microsoft.AspNetCore.DataProtection";
}
