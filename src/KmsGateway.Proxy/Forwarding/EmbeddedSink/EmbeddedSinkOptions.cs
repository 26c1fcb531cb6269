namespace KmsGateway.Proxy.Forwarding.EmbeddedSink;

/// <summary>Section <c>EmbeddedSink</c>: an upstream for those who have none yet. Development only.</summary>
internal sealed class EmbeddedSinkOptions
{
    public const string Section = "EmbeddedSink";

    /// <value>Whether the gateway is its own upstream while <c>ReverseProxy:Clusters</c> is empty. Default false.</value>
    public bool Enabled { get; set; }

    /// <value>The file of the received traces, OTLP/JSON, a request on each line. Default <c>{DataDirectory}/sink/traces.jsonl</c>.</value>
    public string TracesFile { get; set; } = "";

    public static bool IsAskedFor(IConfiguration configuration) =>
        bool.TryParse(configuration[$"{Section}:{nameof(Enabled)}"], out var enabled) && enabled;

    public static bool IsUsed(IConfiguration configuration, IHostEnvironment environment) =>
        environment.IsDevelopment()
        && IsAskedFor(configuration)
        && !configuration.GetSection("ReverseProxy:Clusters").GetChildren().Any();

    public static string TracesPath(IConfiguration configuration)
    {
        var dataDirectory = configuration["DataDirectory"] is { Length: > 0 } directory ? directory : "data";
        return configuration[$"{Section}:{nameof(TracesFile)}"] is { Length: > 0 } file
            ? Path.GetFullPath(file)
            : Path.GetFullPath(Path.Combine(dataDirectory, "sink", "traces.jsonl"));
    }
}
