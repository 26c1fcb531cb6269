using KmsGateway.Proxy.Rejections;

namespace KmsGateway.Proxy.Tenancy;

/// <summary>Before anything of a body is read it is known who sends it.</summary>
internal sealed class CallerMiddleware(RequestDelegate next, CallerResolver callers)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            context.Features.Set(await callers.ResolveAsync(context));
        }
        catch (RejectionException refusal)
        {
            await Rejection.WriteAsync(context, refusal.Reason, refusal.Message);
            return;
        }

        await next(context);
    }
}
