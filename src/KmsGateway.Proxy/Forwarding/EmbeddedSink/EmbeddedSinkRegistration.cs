using Yarp.ReverseProxy.Configuration;

namespace KmsGateway.Proxy.Forwarding.EmbeddedSink;

internal static class EmbeddedSinkRegistration
{
    /// <summary>Adds the sink and returns the clusters that lead to it.</summary>
    public static IReadOnlyList<ClusterConfig> AddEmbeddedSink(this WebApplicationBuilder builder)
    {
        var sockets = new SinkSockets();
        builder.Services.AddSingleton(_ => sockets);
        builder.Services.AddSingleton(new TracesFile(EmbeddedSinkOptions.TracesPath(builder.Configuration)));
        builder.Services.AddSingleton<SinkExport>();
        builder.Services.AddHostedService<SinkServer>();
        return [Cluster(OtlpRoutes.GrpcCluster, sockets.GrpcPort), Cluster(OtlpRoutes.HttpCluster, sockets.HttpPort)];
    }

    private static ClusterConfig Cluster(string name, int port) => new()
    {
        ClusterId = name,
        Destinations = new Dictionary<string, DestinationConfig>(StringComparer.OrdinalIgnoreCase)
        {
            ["embedded-sink"] = new() { Address = $"http://127.0.0.1:{port}" },
        },
    };
}
