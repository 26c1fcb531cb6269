using KmsGateway.Proxy.Rejections;
using Yarp.ReverseProxy.Forwarder;

namespace KmsGateway.Proxy.Forwarding;

/// <summary>
/// The outermost middleware of the proxy: what failed without an answer becomes one that OTLP senders retry. An answer of the upstream,
/// good or bad, is never touched.
/// </summary>
internal sealed partial class ErrorNormalizer(RequestDelegate next, ILogger<ErrorNormalizer> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
#pragma warning disable CA1031 // an edge: a defect must not cost a span, and 500 makes senders drop it
        catch (Exception failure)
#pragma warning restore CA1031
        {
            if (!context.RequestAborted.IsCancellationRequested)
            {
                LogUnexpected(failure, context.Request.Path);
                await Rejection.WriteAsync(context, RejectionReason.Unexpected, "The gateway failed on this request. Send it again.");
            }

            return;
        }

        if (context.GetForwarderErrorFeature() is { } error
            && !context.Response.HasStarted
            && !context.RequestAborted.IsCancellationRequested)
        {
            var cluster = context.GetReverseProxyFeature().Cluster.Config.ClusterId;
            LogNotForwardedDetails(error.Exception, cluster);
            await Rejection.WriteAsync(
                context,
                RejectionReason.UpstreamUnavailable,
                Message(error.Error, cluster),
                detail: $"{error.Error}: {error.Exception?.GetBaseException().Message}");
        }
    }

    private static string Message(ForwarderError error, string cluster) => error switch
    {
        ForwarderError.NoAvailableDestinations => $"No upstream of {cluster} is available. Send it again; check ReverseProxy:Clusters.",
        ForwarderError.RequestTimedOut => $"The upstream of {cluster} did not answer in time. Send it again.",
        _ => $"The upstream of {cluster} did not take the request. Send it again; check that it runs.",
    };

    [LoggerMessage(4020, LogLevel.Error, "A request to {Path} failed in the gateway; the sender is told to retry.")]
    private partial void LogUnexpected(Exception failure, string path);

    // An upstream that is down says so in the line of the refusal; where it was the gateway's own fault, one wants to know where.
    [LoggerMessage(4022, LogLevel.Debug, "What went wrong on the way to the upstream of {Cluster}.")]
    private partial void LogNotForwardedDetails(Exception? failure, string cluster);
}
