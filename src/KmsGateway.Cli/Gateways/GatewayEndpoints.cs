using KmsGateway.Cli.Terminal;

namespace KmsGateway.Cli.Gateways;

/// <summary>Where a gateway listens.</summary>
internal sealed record GatewayEndpoints(Uri OtlpGrpc, Uri OtlpHttp, Uri Management)
{
    public const string DefaultManagement = "http://localhost:8080";

    private const int GrpcPort = 4317;
    private const int HttpPort = 4318;

    public Uri Readiness => new(Management, "/health/ready");

    public Uri Serving => new(Management, "/health/serving");

    public Uri TrustFile => new(Management, "/.well-known/jwks.json");

    /// <summary>OTLP is on the management URL's host at the usual ports, unless it is told where.</summary>
    public static GatewayEndpoints Of(string? management, string? otlpGrpc, string? otlpHttp)
    {
        var address = Parse("--gateway", management ?? DefaultManagement);
        return new GatewayEndpoints(
            otlpGrpc is null ? At(address, GrpcPort) : Parse("--otlp-grpc", otlpGrpc),
            otlpHttp is null ? At(address, HttpPort) : Parse("--otlp-http", otlpHttp),
            address);
    }

    private static Uri At(Uri address, int port) => new UriBuilder(address.Scheme, address.Host, port).Uri;

    private static Uri Parse(string option, string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is ("http" or "https")
            ? url
            : throw new CommandException($"{option} {text} is no URL: write it as http://HOST:PORT");
}
