using KmsGateway.Proxy.Rejections;
using KmsGateway.Proxy.Telemetry;

namespace KmsGateway.Proxy.Tenancy;

/// <summary>Before anything of a body is read it is known who sends it.</summary>
internal sealed class CallerMiddleware(RequestDelegate next, CallerResolver callers, GatewayMetrics metrics)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            context.Features.Set(await callers.ResolveAsync(context));
        }
        catch (RejectionException refusal)
        {
            metrics.Refused(refusal.Reason);
            await Rejection.WriteAsync(context, refusal.Reason, refusal.Message);
            return;
        }

        await next(context);
    }
}
