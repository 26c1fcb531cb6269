using System.Net;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.Model;

namespace KmsGateway.Proxy.Forwarding;

/// <summary>Probes upstreams over HTTP/1.1.</summary>
/// <remarks>
/// YARP's own factory takes the cluster's version; the health port beside a gRPC receiver speaks HTTP/1.1 and would look dead.
/// </remarks>
internal sealed class Http1ProbeFactory : IProbingRequestFactory
{
    public HttpRequestMessage CreateRequest(ClusterModel cluster, DestinationModel destination)
    {
        var active = cluster.Config.HealthCheck?.Active;
        var address = new Uri(destination.Config.Health is { Length: > 0 } health ? health : destination.Config.Address);
        var probe = new UriBuilder(address)
        {
            Path = $"{address.AbsolutePath.TrimEnd('/')}/{active?.Path?.TrimStart('/')}",
            Query = active?.Query ?? string.Empty,
        };
        return new HttpRequestMessage(HttpMethod.Get, probe.Uri)
        {
            Version = HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
    }
}
