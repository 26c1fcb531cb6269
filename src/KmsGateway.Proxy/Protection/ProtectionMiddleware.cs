using KmsGateway.Evidence.Otlp;
using KmsGateway.Proxy.Otlp;
using KmsGateway.Proxy.Rejections;
using KmsGateway.Proxy.Telemetry;
using KmsGateway.Proxy.Tenancy;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.ObjectPool;
using Microsoft.Net.Http.Headers;
using Yarp.ReverseProxy.Forwarder;

namespace KmsGateway.Proxy.Protection;

/// <summary>
/// Stands between YARP's routing and its load balancing on the routes that carry traces: what goes on from here has its compliance spans
/// signed, or does not go on.
/// </summary>
internal sealed partial class ProtectionMiddleware(
    RequestDelegate next,
    RequestBodyReader bodies,
    TraceProtector protector,
    ObjectPool<ProtectionWorkspace> workspaces,
    GatewayMetrics metrics,
    ILogger<ProtectionMiddleware> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (!OtlpSignal.IsTraces(context))
        {
            await next(context);
            return;
        }

        var work = workspaces.Get();
        RequestBody? body = null;
        try
        {
            body = await bodies.ReadAsync(context.Request, context.RequestAborted);
            await protector.ProtectAsync(body.Message, EncodingOf(context.Request), CallerOf(context), work, context.RequestAborted);
            Replace(context, body, work.Splicer);
        }
        catch (ProtectionException refusal)
        {
            body?.Dispose();
            workspaces.Return(work);
            metrics.Rejected(refusal.ComplianceSpans, refusal.Reason);
            if (refusal.ComplianceSpans > 0)
            {
                LogHeldUp(refusal.ComplianceSpans, refusal.Reason);
            }

            await Rejection.WriteAsync(context, refusal.Reason, refusal.Message);
            return;
        }

        await next(context);

        // After a failure somebody may still be sending from these buffers: then they are left to the garbage collector, because bytes of
        // one tenant must not become bytes of another.
        if (context.Features.Get<IForwarderErrorFeature>() is null && !context.RequestAborted.IsCancellationRequested)
        {
            body.Dispose();
            workspaces.Return(work);
        }
    }

    [LoggerMessage(4041, LogLevel.Warning, "{Spans} compliance spans were refused ({Reason}); the sender was told why and keeps them.")]
    private partial void LogHeldUp(int spans, RejectionReason reason);

    private static Caller CallerOf(HttpContext context) =>
        context.Features.Get<Caller>() ?? throw new InvalidOperationException("nobody asked who sends this");

    private static ITraceEncoding EncodingOf(HttpRequest request) =>
        OtlpRequest.IsJson(request) ? JsonTraceEncoding.Instance : ProtobufTraceEncoding.Instance;

    /// <summary>
    /// The one place that sets body, length and coding together: YARP answers 400 when they disagree, and the client drops its spans.
    /// </summary>
    private static void Replace(HttpContext context, RequestBody body, TraceSplicer splicer)
    {
        var request = context.Request;
        var isGrpc = OtlpRequest.IsGrpc(request);
        var isChanged = splicer.HasEdits;
        var bytes = isChanged ? new ProtectedBody(splicer, body.Message, isGrpc) : new ProtectedBody(body.Wire);
        request.Body = bytes.OpenRead();
        request.ContentLength = isGrpc ? null : bytes.Length;
        request.Headers.Remove(HeaderNames.TransferEncoding);
        request.Headers.Remove(HeaderNames.Expect);
        if (isChanged || !body.IsCompressed)
        {
            // Also `identity`, which the collector answers with 400.
            request.Headers.Remove(HeaderNames.ContentEncoding);
        }

        if (isChanged)
        {
            request.Headers.Remove(OtlpRequest.GrpcEncoding);
        }

        // YARP would lift Kestrel's limit for this stream and warn that the body has been read: it has, and was bounded there.
        context.Features.Set<IHttpMaxRequestBodySizeFeature>(null);
    }
}
