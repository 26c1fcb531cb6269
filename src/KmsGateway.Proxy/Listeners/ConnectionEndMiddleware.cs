using Microsoft.AspNetCore.Connections.Features;

namespace KmsGateway.Proxy.Listeners;

/// <summary>
/// Tells a client with an answer that its connection is over (<c>Connection: close</c>, GOAWAY). Never between two answers: the next request
/// might be on its way, and would be lost.
/// </summary>
internal sealed class ConnectionEndMiddleware(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        context.Response.OnStarting(EndIfDueAsync, context);
        return next(context);
    }

    private static Task EndIfDueAsync(object state)
    {
        var context = (HttpContext)state;
        if (context.Features.Get<ConnectionEnd>() is { Requested.IsCancellationRequested: true })
        {
            if (HttpProtocol.IsHttp2(context.Request.Protocol))
            {
                context.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
            }
            else
            {
                context.Response.Headers.Connection = "close";
            }
        }

        return Task.CompletedTask;
    }
}
