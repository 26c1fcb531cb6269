using KmsGateway.Proxy.Forwarding.EmbeddedSink;

namespace KmsGateway.Proxy.Forwarding;

/// <summary>Both upstreams must be there, with addresses, and nothing else.</summary>
internal static class UpstreamChecks
{
    public const string Section = "ReverseProxy";
    public const string RoutesAreFixed =
        "ReverseProxy:Routes is not a setting: the routes are the gateway's allow-list. Remove it and set ReverseProxy:Clusters only.";

    private const string ClustersSection = "ReverseProxy:Clusters";

    public static IEnumerable<string> Problems(IConfiguration configuration, IHostEnvironment environment)
    {
        if (configuration.GetSection("ReverseProxy:Routes").GetChildren().Any())
        {
            yield return RoutesAreFixed;
        }

        if (EmbeddedSinkOptions.IsAskedFor(configuration) && !environment.IsDevelopment())
        {
            yield return $"EmbeddedSink:Enabled is for Development, and this is {environment.EnvironmentName}: the sink keeps nothing "
                + $"safe. Remove it and set {ClustersSection}.";
        }

        var clusters = configuration.GetSection(ClustersSection).GetChildren().ToList();
        foreach (var cluster in clusters.Where(cluster => !OtlpRoutes.Clusters.Contains(cluster.Key)))
        {
            yield return UnknownCluster(cluster.Key);
        }

        if (clusters.Count == 0 && EmbeddedSinkOptions.IsUsed(configuration, environment))
        {
            yield break;
        }

        foreach (var name in OtlpRoutes.Clusters)
        {
            if (configuration.GetValue($"{ClustersSection}:{name}:HttpClient:DangerousAcceptAnyServerCertificate", false)
                && !environment.IsDevelopment())
            {
                yield return AnyCertificate(name, environment);
            }

            foreach (var problem in ClusterProblems(configuration, name))
            {
                yield return problem;
            }
        }
    }

    public static string UnknownCluster(string name) =>
        $"{ClustersSection}:{name} is not an upstream of the gateway. Remove it; there are {string.Join(", ", OtlpRoutes.Clusters)}.";

    public static string AnyCertificate(string cluster, IHostEnvironment environment) =>
        $"{ClustersSection}:{cluster}:HttpClient:DangerousAcceptAnyServerCertificate is for Development, and this is "
        + $"{environment.EnvironmentName}. Remove it; Tls:Upstream:Ca names the authority of an upstream.";

    private static IEnumerable<string> ClusterProblems(IConfiguration configuration, string cluster)
    {
        var destinations = configuration.GetSection($"{ClustersSection}:{cluster}:Destinations").GetChildren().ToList();
        if (destinations.Count == 0)
        {
            var port = cluster == OtlpRoutes.GrpcCluster ? 4317 : 4318;
            yield return $"no upstream: set {ClustersSection}:{cluster}:Destinations:first:Address, "
                + $"for example to http://collector:{port}.";
        }

        foreach (var destination in destinations)
        {
            var address = destination["Address"];
            if (!Uri.TryCreate(address, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
            {
                yield return $"{destination.Path}:Address '{address}' is not an address. Set an http or https URL.";
            }
        }
    }
}
