using System.Net;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Health;

namespace KmsGateway.Proxy.Forwarding;

/// <summary>Completes the configured upstreams with what OTLP needs, and refuses what would open the allow-list on a reload.</summary>
internal sealed class UpstreamFilter(IHostEnvironment environment) : IProxyConfigFilter
{
    private static readonly TimeSpan DefaultActivityTimeout = TimeSpan.FromSeconds(5);

    public ValueTask<ClusterConfig> ConfigureClusterAsync(ClusterConfig cluster, CancellationToken cancel)
    {
        if (!OtlpRoutes.Clusters.Contains(cluster.ClusterId))
        {
            throw new InvalidOperationException(UpstreamChecks.UnknownCluster(cluster.ClusterId));
        }

        if (cluster.HttpClient?.DangerousAcceptAnyServerCertificate == true && !environment.IsDevelopment())
        {
            throw new InvalidOperationException(UpstreamChecks.AnyCertificate(cluster.ClusterId, environment));
        }

        var request = cluster.HttpRequest ?? ForwarderRequestConfig.Empty;
        request = request with { ActivityTimeout = request.ActivityTimeout ?? DefaultActivityTimeout };
        if (cluster.ClusterId == OtlpRoutes.GrpcCluster)
        {
            // "Or lower" over http:// means HTTP/1.1, and gRPC fails with INTERNAL.
            request = request with { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        }

        return new(cluster with { HttpRequest = request, HealthCheck = WithChecks(cluster.HealthCheck) });
    }

    public ValueTask<RouteConfig> ConfigureRouteAsync(RouteConfig route, ClusterConfig? cluster, CancellationToken cancel) =>
        OtlpRoutes.All.Contains(route) ? new(route) : throw new InvalidOperationException(UpstreamChecks.RoutesAreFixed);

    // All of them unhealthy is more often a mistake of the checks than the truth, and an answer costs the sender no more than a refusal.
    private static HealthCheckConfig WithChecks(HealthCheckConfig? configured) => (configured ?? new HealthCheckConfig()) with
    {
        AvailableDestinationsPolicy = configured?.AvailableDestinationsPolicy ?? HealthCheckConstants.AvailableDestinations.HealthyOrPanic,
        Passive = configured?.Passive ?? new PassiveHealthCheckConfig
        {
            Enabled = true,
            Policy = NoResponsePolicy.PolicyName,
            ReactivationPeriod = TimeSpan.FromSeconds(10),
        },
    };
}
