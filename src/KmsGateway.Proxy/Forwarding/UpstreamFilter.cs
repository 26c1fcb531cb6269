using System.Net;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;

namespace KmsGateway.Proxy.Forwarding;

/// <summary>Completes the configured upstreams with what OTLP needs, and refuses what would open the allow-list on a reload.</summary>
internal sealed class UpstreamFilter : IProxyConfigFilter
{
    private static readonly TimeSpan DefaultActivityTimeout = TimeSpan.FromSeconds(5);

    public ValueTask<ClusterConfig> ConfigureClusterAsync(ClusterConfig cluster, CancellationToken cancel)
    {
        if (!OtlpRoutes.Clusters.Contains(cluster.ClusterId))
        {
            throw new InvalidOperationException(UpstreamChecks.UnknownCluster(cluster.ClusterId));
        }

        var request = cluster.HttpRequest ?? ForwarderRequestConfig.Empty;
        request = request with { ActivityTimeout = request.ActivityTimeout ?? DefaultActivityTimeout };
        if (cluster.ClusterId == OtlpRoutes.GrpcCluster)
        {
            // "Or lower" over http:// means HTTP/1.1, and gRPC fails with INTERNAL.
            request = request with { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        }

        return new(cluster with { HttpRequest = request, HealthCheck = WithPassiveCheck(cluster.HealthCheck) });
    }

    public ValueTask<RouteConfig> ConfigureRouteAsync(RouteConfig route, ClusterConfig? cluster, CancellationToken cancel) =>
        OtlpRoutes.All.Contains(route) ? new(route) : throw new InvalidOperationException(UpstreamChecks.RoutesAreFixed);

    private static HealthCheckConfig WithPassiveCheck(HealthCheckConfig? configured) => (configured ?? new HealthCheckConfig()) with
    {
        Passive = configured?.Passive ?? new PassiveHealthCheckConfig
        {
            Enabled = true,
            Policy = NoResponsePolicy.PolicyName,
            ReactivationPeriod = TimeSpan.FromSeconds(10),
        },
    };
}
