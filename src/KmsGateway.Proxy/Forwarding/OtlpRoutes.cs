using KmsGateway.Proxy.Listeners;
using KmsGateway.Proxy.Otlp;
using Yarp.ReverseProxy.Configuration;

namespace KmsGateway.Proxy.Forwarding;

/// <summary>
/// The allow-list. In code, because a catch-all route would let through what the gateway cannot sign - OTel Arrow streams are stateful -
/// and because nobody should open one by configuration.
/// </summary>
internal static class OtlpRoutes
{
    public const string GrpcCluster = "otlp-grpc";
    public const string HttpCluster = "otlp-http";

    /// <summary>The metadata key of a route's listener.</summary>
    public const string ListenerKey = "Listener";

    private const string GrpcPackage = "/opentelemetry.proto.collector.";

    public static IReadOnlyList<string> Clusters { get; } = [GrpcCluster, HttpCluster];

    public static IReadOnlyList<RouteConfig> All { get; } =
    [
        Grpc(OtlpSignal.Traces, "trace.v1.TraceService"),
        Grpc(OtlpSignal.Metrics, "metrics.v1.MetricsService"),
        Grpc(OtlpSignal.Logs, "logs.v1.LogsService"),
        Grpc(OtlpSignal.Profiles, "profiles.v1development.ProfilesService"),
        Http(OtlpSignal.Traces, "/v1/traces"),
        Http(OtlpSignal.Metrics, "/v1/metrics"),
        Http(OtlpSignal.Logs, "/v1/logs"),
        Http(OtlpSignal.Profiles, "/v1development/profiles"),
    ];

    public static IEnumerable<RouteConfig> On(GatewayListener listener) => All.Where(route => Listener(route) == listener);

    public static GatewayListener Listener(RouteConfig route) => Enum.Parse<GatewayListener>(route.Metadata![ListenerKey]);

    private static RouteConfig Grpc(string signal, string service) =>
        Route(GrpcCluster, GatewayListener.OtlpGrpc, signal, $"{GrpcPackage}{service}/Export");

    private static RouteConfig Http(string signal, string path) => Route(HttpCluster, GatewayListener.OtlpHttp, signal, path);

    private static RouteConfig Route(string cluster, GatewayListener listener, string signal, string path) => new()
    {
        RouteId = $"{cluster}-{signal}",
        ClusterId = cluster,
        Match = new RouteMatch { Path = path, Methods = [HttpMethods.Post] },
        Metadata = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
        {
            [ListenerKey] = listener.ToString(),
            [OtlpSignal.Key] = signal,
        },
    };
}
