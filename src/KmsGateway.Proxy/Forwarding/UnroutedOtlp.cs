using KmsGateway.Proxy.Listeners;
using KmsGateway.Proxy.Otlp;
using KmsGateway.Proxy.Rejections;

namespace KmsGateway.Proxy.Forwarding;

/// <summary>Answers on the OTLP ports whatever the allow-list leaves out.</summary>
internal static class UnroutedOtlp
{
    private const string Anything = "/{**path}";

    // Behind every route, whatever its path.
    private const int Last = 1_000;

    public static void MapUnroutedOtlp(this IEndpointRouteBuilder gateway)
    {
        gateway.Map(Anything, RejectGrpcAsync).OnlyOn(GatewayListener.OtlpGrpc).WithOrder(Last);
        gateway.Map(Anything, RejectHttpAsync).OnlyOn(GatewayListener.OtlpHttp).WithOrder(Last);
        foreach (var route in OtlpRoutes.On(GatewayListener.OtlpHttp))
        {
            gateway.Map(route.Match.Path!, RejectMethodAsync).OnlyOn(GatewayListener.OtlpHttp).WithOrder(Last - 1);
        }
    }

    private static Task RejectGrpcAsync(HttpContext context)
    {
        var (reason, message) = OtlpRequest.IsGrpc(context.Request)
            ? (RejectionReason.UnknownService, "This gateway forwards Export of the OTLP services and nothing else.")
            : (RejectionReason.UnsupportedMediaType, "This port speaks OTLP/gRPC. Send OTLP/HTTP to the other one.");
        return Rejection.WriteAsync(context, reason, message);
    }

    private static Task RejectHttpAsync(HttpContext context)
    {
        var paths = OtlpRoutes.On(GatewayListener.OtlpHttp).Select(route => route.Match.Path);
        return Rejection.WriteAsync(
            context, RejectionReason.UnknownService, $"This gateway forwards {string.Join(", ", paths)} and nothing else.");
    }

    private static Task RejectMethodAsync(HttpContext context) =>
        Rejection.WriteAsync(context, RejectionReason.MethodNotAllowed, "OTLP is sent with POST.");
}
