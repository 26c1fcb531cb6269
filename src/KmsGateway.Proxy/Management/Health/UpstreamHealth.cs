using Yarp.ReverseProxy;
using Yarp.ReverseProxy.Model;

namespace KmsGateway.Proxy.Management.Health;

/// <summary>What YARP's checks think of the upstreams.</summary>
internal sealed class UpstreamHealth(IProxyStateLookup proxy)
{
    /// <summary>The clusters all of whose destinations are known to be unhealthy.</summary>
    public IReadOnlyList<string> ClustersWithoutDestination() =>
        [.. proxy.GetClusters().Where(cluster => cluster.Destinations.All(pair => IsUnhealthy(pair.Value))).Select(cluster => cluster.ClusterId)];

    private static bool IsUnhealthy(DestinationState destination) =>
        destination.Health.Active == DestinationHealth.Unhealthy || destination.Health.Passive == DestinationHealth.Unhealthy;
}
