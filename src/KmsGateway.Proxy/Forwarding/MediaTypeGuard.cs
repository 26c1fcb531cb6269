using KmsGateway.Proxy.Otlp;
using KmsGateway.Proxy.Rejections;
using Microsoft.Net.Http.Headers;

namespace KmsGateway.Proxy.Forwarding;

/// <summary>Lets through the media types of OTLP: what the gateway cannot read, an upstream might, and take it unsigned.</summary>
internal sealed class MediaTypeGuard(RequestDelegate next)
{
    private static readonly string[] Http = [OtlpRequest.Protobuf, OtlpRequest.Json];
    private static readonly string[] Grpc = [OtlpRequest.Grpc, "application/grpc+proto"];

    public Task InvokeAsync(HttpContext context)
    {
        var isGrpc = context.GetRouteModel().Config.ClusterId == OtlpRoutes.GrpcCluster;
        var allowed = isGrpc ? Grpc : Http;
        return IsOneOf(context.Request, allowed)
            ? next(context)
            : Rejection.WriteAsync(
                context,
                RejectionReason.UnsupportedMediaType,
                $"Send OTLP with Content-Type {string.Join(" or ", allowed)}.");
    }

    private static bool IsOneOf(HttpRequest request, string[] allowed) =>
        request.Headers.ContentType.Count == 1
        && MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
        && allowed.Contains(type.MediaType.Value, StringComparer.OrdinalIgnoreCase)
        && type.Parameters.All(IsUtf8);

    private static bool IsUtf8(NameValueHeaderValue parameter) =>
        parameter.Name.Equals("charset", StringComparison.OrdinalIgnoreCase)
        && HeaderUtilities.RemoveQuotes(parameter.Value).Equals("utf-8", StringComparison.OrdinalIgnoreCase);
}
