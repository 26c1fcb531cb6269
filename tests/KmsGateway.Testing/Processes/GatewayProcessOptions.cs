namespace KmsGateway.Testing.Processes;

public sealed class GatewayProcessOptions
{
    /// <summary>Keys and sink go there.</summary>
    public required string DataDirectory { get; init; }

    /// <value>Where the gateway runs. Default: the repository's root, with the configuration it ships.</value>
    public string WorkingDirectory { get; init; } = RepositoryLayout.Root;

    /// <value>The backend for OTLP/HTTP. Without one and without <see cref="GrpcUpstream"/>: the embedded sink.</value>
    public Uri? HttpUpstream { get; init; }

    public Uri? GrpcUpstream { get; init; }

    public string EnvironmentName { get; init; } = "Development";

    /// <value>More settings, such as <c>--Enforcement:Mode=observe</c>.</value>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    public IReadOnlyDictionary<string, string> EnvironmentVariables { get; init; } = new Dictionary<string, string>();
}
