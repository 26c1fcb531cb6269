using Microsoft.Net.Http.Headers;

namespace KmsGateway.Proxy.Grpc;

internal static class GrpcRequest
{
    public const string MediaType = "application/grpc";

    /// <summary>The header that names the compression of messages whose frame is flagged.</summary>
    public const string Encoding = "grpc-encoding";

    /// <summary>A gRPC client sent it and reads its answer as gRPC, whatever its message encoding.</summary>
    public static bool IsGrpc(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
        && (type.MediaType.Equals(MediaType, StringComparison.OrdinalIgnoreCase)
            || type.MediaType.StartsWith("application/grpc+", StringComparison.OrdinalIgnoreCase));
}
