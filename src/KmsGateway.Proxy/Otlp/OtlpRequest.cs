using Microsoft.Net.Http.Headers;

namespace KmsGateway.Proxy.Otlp;

/// <summary>What a request's headers say of its form.</summary>
internal static class OtlpRequest
{
    public const string Grpc = "application/grpc";
    public const string Protobuf = "application/x-protobuf";
    public const string Json = "application/json";

    /// <summary>The header that names the compression of gRPC messages whose frame is flagged.</summary>
    public const string GrpcEncoding = "grpc-encoding";

    /// <summary>The header or trailer with the status of a gRPC call.</summary>
    public const string GrpcStatus = "grpc-status";

    /// <summary>The form of a request, as OpenTelemetry names protocols of exporters.</summary>
    public static string ProtocolOf(HttpRequest request) => request switch
    {
        _ when IsGrpc(request) => "grpc",
        _ when IsProtobuf(request) => "http/protobuf",
        _ when IsJson(request) => "http/json",
        _ => "none",
    };

    /// <summary>A gRPC client sent it and reads its answer as gRPC, whatever its message encoding.</summary>
    public static bool IsGrpc(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
        && (type.MediaType.Equals(Grpc, StringComparison.OrdinalIgnoreCase)
            || type.MediaType.StartsWith("application/grpc+", StringComparison.OrdinalIgnoreCase));

    public static bool IsProtobuf(HttpRequest request) => Is(request, Protobuf);

    public static bool IsJson(HttpRequest request) => Is(request, Json);

    private static bool Is(HttpRequest request, string mediaType) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
        && type.MediaType.Equals(mediaType, StringComparison.OrdinalIgnoreCase);
}
