using Yarp.ReverseProxy.Model;

namespace KmsGateway.Proxy.Otlp;

/// <summary>The signals of OTLP as routes name them in their metadata.</summary>
internal static class OtlpSignal
{
    /// <summary>The metadata key.</summary>
    public const string Key = "Signal";

    /// <summary>The only signal whose bodies are protected.</summary>
    public const string Traces = "traces";

    public const string Metrics = "metrics";

    public const string Logs = "logs";

    public const string Profiles = "profiles";

    /// <summary>Of a request to no route.</summary>
    public const string None = "none";

    public static bool IsTraces(HttpContext context) => Of(context.GetRouteModel()) == Traces;

    public static string Of(RouteModel route) =>
        route.Config.Metadata is { } metadata && metadata.TryGetValue(Key, out var signal) ? signal : None;
}
