namespace KmsGateway.Testing.Processes;

public sealed class GatewayProcessOptions
{
    /// <summary>The folder the gateway runs in: <c>config/</c> and <c>data/</c> are looked for there.</summary>
    public required string WorkingFolder { get; init; }

    /// <value>Default <c>data</c> in <see cref="WorkingFolder"/>.</value>
    public string? DataDirectory { get; init; }

    /// <value>The backend for OTLP/HTTP. Without one and without <see cref="GrpcUpstream"/>: the embedded sink.</value>
    public Uri? HttpUpstream { get; init; }

    public Uri? GrpcUpstream { get; init; }

    public string EnvironmentName { get; init; } = "Development";

    /// <value>More settings, such as <c>--Enforcement:Mode=observe</c>.</value>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    public IReadOnlyDictionary<string, string> EnvironmentVariables { get; init; } = new Dictionary<string, string>();
}
