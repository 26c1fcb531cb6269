using KmsGateway.Proxy.Protection;
using Microsoft.Extensions.Options;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Model;

namespace KmsGateway.Proxy.Forwarding;

/// <summary>Where a destination gave no answer, sends the same bytes to another one, once.</summary>
/// <remarks>YARP itself does not: a body is gone once it was sent (https://github.com/dotnet/yarp/issues/56). Ours is in memory.</remarks>
internal sealed partial class UpstreamFailover(RequestDelegate next, IOptions<UpstreamOptions> options, ILogger<UpstreamFailover> logger)
{
    private readonly bool _isOn = options.Value.Failover;

    public async Task InvokeAsync(HttpContext context)
    {
        var proxy = context.GetReverseProxyFeature();
        var destinations = proxy.AvailableDestinations;
        await next(context);
        if (!_isOn
            || context.Features.Get<ProtectedBody>() is not { } body
            || context.GetForwarderErrorFeature()?.Error is not (ForwarderError.Request or ForwarderError.RequestTimedOut)
            || context.Response.HasStarted
            || context.RequestAborted.IsCancellationRequested)
        {
            return;
        }

        var failed = proxy.ProxiedDestination;
        DestinationState[] others = [.. destinations.Where(destination => destination != failed)];
        if (others.Length > 0)
        {
            LogFailover(proxy.Cluster.Config.ClusterId, failed?.DestinationId);
            context.Features.Set<IForwarderErrorFeature>(null);
            context.Response.Clear();
            context.Request.Body = body.OpenRead();
            proxy.AvailableDestinations = others;
            await next(context);
        }
    }

    [LoggerMessage(4023, LogLevel.Warning, "Destination {Destination} of {Cluster} did not answer; the request goes to another one.")]
    private partial void LogFailover(string cluster, string? destination);
}
