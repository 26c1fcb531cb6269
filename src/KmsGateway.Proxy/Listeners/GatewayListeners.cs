using Microsoft.AspNetCore.Server.Kestrel;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace KmsGateway.Proxy.Listeners;

internal static class GatewayListeners
{
    public static void AddGatewayListeners(this WebApplicationBuilder builder)
    {
        builder.Services.AddRouting();
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<MatcherPolicy, OnListenerPolicy>());
        builder.Services.AddSingleton<BoundListeners>();
        builder.Services.AddSingleton<IValidateOptions<ConnectionOptions>, ConnectionOptionsValidator>();
        builder.Services.AddOptions<ConnectionOptions>().BindConfiguration(ConnectionOptions.Section).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<TlsOptions>, TlsOptionsValidator>();
        builder.Services.AddOptions<TlsOptions>().BindConfiguration(TlsOptions.Section).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<ShutdownOptions>, ShutdownOptionsValidator>();
        builder.Services.AddOptions<ShutdownOptions>().BindConfiguration(ShutdownOptions.Section).ValidateOnStart();
        builder.Services.AddSingleton<Draining>();
        builder.Services.AddHostedService<DrainService>();
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration();
        builder.Services.AddOptions<KestrelServerOptions>().Configure<IServiceProvider>((kestrel, services) =>
        {
            kestrel.AddServerHeader = false;
            SetLimits(kestrel.Limits);
            var withCertificates = builder.Configuration.GetSection("Admin:Certificates").GetChildren().Any();
            var bound = services.GetRequiredService<BoundListeners>();
            var endpoints = kestrel.Configure(builder.Configuration.GetSection("Kestrel"), reloadOnChange: false);
            foreach (var listener in Enum.GetValues<GatewayListener>())
            {
                // The options are read when it listens: the server itself is built before they are validated.
                endpoints.Endpoint(listener.ToString(), endpoint =>
                {
                    bound.Add(listener, endpoint);
                    AskForCertificates(listener, endpoint, services.GetRequiredService<IOptions<TlsOptions>>().Value);
                    AskOperatorsForCertificates(listener, endpoint, withCertificates);
                    ConfigureListener(listener, endpoint, services);
                });
            }
        });
    }

    /// <summary>Ties endpoints to the one listener that reaches them.</summary>
    public static TBuilder OnlyOn<TBuilder>(this TBuilder builder, GatewayListener listener)
        where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new OnListener(listener));

    // Asked for, not demanded: who has none is told so in its own protocol, and may have another credential.
    private static void AskForCertificates(GatewayListener listener, EndpointConfiguration endpoint, TlsOptions tls)
    {
        if (tls.ClientCa.Length > 0 && endpoint.IsHttps && listener != GatewayListener.Management)
        {
            var authority = new CertificateAuthority(tls.ClientCa);
            endpoint.HttpsOptions.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
            endpoint.HttpsOptions.ClientCertificateValidation = (certificate, chain, _) =>
                authority.IsTrusted(certificate, chain, CertificateAuthority.ClientAuthentication);
        }
    }

    // Each is known by its hash (AdminAccess), so nobody need vouch for it.
    private static void AskOperatorsForCertificates(GatewayListener listener, EndpointConfiguration endpoint, bool haveCertificates)
    {
        if (listener == GatewayListener.Management && endpoint.IsHttps && haveCertificates)
        {
            endpoint.HttpsOptions.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
            endpoint.HttpsOptions.ClientCertificateValidation = static (_, _, _) => true;
        }
    }

    private static void ConfigureListener(GatewayListener listener, EndpointConfiguration endpoint, IServiceProvider services)
    {
        var options = endpoint.ListenOptions;
        options.Protocols = Protocols(listener, endpoint.IsHttps);
        if (listener != GatewayListener.Management)
        {
            var limits = services.GetRequiredService<IOptions<ConnectionOptions>>().Value;
            options.Use(new ConnectionCap(
                listener, limits.MaxConnections, services.GetRequiredService<ILogger<ConnectionCap>>()).Wrap);
            options.Use(new ConnectionAge(
                limits.MaxConnectionAge, services.GetRequiredService<Draining>(), services.GetRequiredService<TimeProvider>()).Wrap);
        }

        var feature = new ListenerFeature(listener);
        options.Use(next => connection =>
        {
            connection.Features.Set(feature);
            return next(connection);
        });
    }

    // Without TLS there is no negotiation: a cleartext port speaks one protocol, or refuses HTTP/2 from clients that know it.
    private static HttpProtocols Protocols(GatewayListener listener, bool tls) => listener switch
    {
        GatewayListener.OtlpGrpc => HttpProtocols.Http2,
        _ when tls => HttpProtocols.Http1AndHttp2,
        _ => HttpProtocols.Http1,
    };

    private static void SetLimits(KestrelServerLimits limits)
    {
        // The gateway counts bodies itself: Kestrel's limit reaches HTTP/1.1 senders as a broken pipe, which they retry.
        limits.MaxRequestBodySize = null;

        // Who sends headers a byte at a time holds a connection for so long at most.
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);

        // Two stalled 2 MiB requests filled the default window of 1 MiB and held up the calls of the same connection for 3.5 s.
        limits.Http2.InitialConnectionWindowSize = 16 * 1024 * 1024;
        limits.Http2.InitialStreamWindowSize = 4 * 1024 * 1024;
        limits.Http2.MaxStreamsPerConnection = 256;
        limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(60);
    }
}
