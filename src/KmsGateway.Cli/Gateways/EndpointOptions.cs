using System.CommandLine;

namespace KmsGateway.Cli.Gateways;

/// <summary>The options that say where a gateway is, alike in every command that talks to one.</summary>
internal sealed class EndpointOptions
{
    public Option<string?> Gateway { get; } = new("--gateway")
    {
        Description = $"The gateway's management URL (default: {GatewayEndpoints.DefaultManagement})",
        HelpName = "URL",
    };

    public Option<string?> OtlpGrpc { get; } = new("--otlp-grpc")
    {
        Description = "Its OTLP/gRPC URL (default: port 4317 of the same host)",
        HelpName = "URL",
    };

    public Option<string?> OtlpHttp { get; } = new("--otlp-http")
    {
        Description = "Its OTLP/HTTP URL (default: port 4318 of the same host)",
        HelpName = "URL",
    };

    public GatewayEndpoints Read(ParseResult arguments) =>
        GatewayEndpoints.Of(arguments.GetValue(Gateway), arguments.GetValue(OtlpGrpc), arguments.GetValue(OtlpHttp));
}
