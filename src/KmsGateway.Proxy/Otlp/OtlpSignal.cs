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

    public static bool IsTraces(HttpContext context) =>
        context.GetRouteModel().Config.Metadata is { } metadata && metadata.TryGetValue(Key, out var signal) && signal == Traces;
}
