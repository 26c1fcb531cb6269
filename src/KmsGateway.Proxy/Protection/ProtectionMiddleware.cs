using KmsGateway.Evidence.Otlp;
using KmsGateway.Proxy.Bodies;
using KmsGateway.Proxy.Otlp;
using KmsGateway.Proxy.Rejections;
using KmsGateway.Proxy.Telemetry;
using KmsGateway.Proxy.Tenancy;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.ObjectPool;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using Yarp.ReverseProxy.Forwarder;

namespace KmsGateway.Proxy.Protection;

/// <summary>
/// Stands between YARP's routing and its load balancing on the routes that carry traces: what goes on from here has its compliance spans
/// signed, or does not go on.
/// </summary>
internal sealed class ProtectionMiddleware(
    RequestDelegate next,
    Admission admission,
    RequestBodyReader bodies,
    TraceProtector protector,
    ObjectPool<ProtectionWorkspace> workspaces,
    IOptions<LimitsOptions> limits,
    IOptions<BodyForwardingOptions> forwarding,
    GatewayMetrics metrics)
{
    private readonly int _maxUpstreamBytes = limits.Value.MaxUpstreamMessageBytes;
    private readonly bool _keepsCoding = forwarding.Value.Coding == BodyForwardingOptions.Same;

    public async Task InvokeAsync(HttpContext context)
    {
        if (!OtlpSignal.IsTraces(context))
        {
            await next(context);
            return;
        }

        try
        {
            using var lease = admission.Enter();
            await ProtectAsync(context, lease);
        }
        catch (RejectionException refusal)
        {
            await Rejection.WriteAsync(context, refusal.Reason, refusal.Message, refusal.ComplianceSpans);
        }
    }

    private static Caller CallerOf(HttpContext context) =>
        context.Features.Get<Caller>() ?? throw new InvalidOperationException("nobody asked who sends this");

    private static ITraceEncoding EncodingOf(HttpRequest request) =>
        OtlpRequest.IsJson(request) ? JsonTraceEncoding.Instance : ProtobufTraceEncoding.Instance;

    private async Task ProtectAsync(HttpContext context, AdmissionLease lease)
    {
        var work = workspaces.Get();
        RequestBody? body = null;
        ProtectedBody? signed = null;
        var mayBeInUse = false;
        try
        {
            body = await bodies.ReadAsync(context.Request, lease, context.RequestAborted);
            lease.StartWork();
            metrics.Body(body.SentBytes, body.Message.Length);
            var spans = await protector.ProtectAsync(
                body, EncodingOf(context.Request), CallerOf(context), work, lease, context.RequestAborted);
            context.Features.Set(new ComplianceSpanCount(spans));
            signed = Splice(context.Request, body, work.Splicer, lease);
            Replace(context, signed);
            context.Features.Set(signed);
            mayBeInUse = true;
            await next(context);
            mayBeInUse = signed.TimesOpened > 1
                || context.Features.Get<IForwarderErrorFeature>() is not null
                || context.RequestAborted.IsCancellationRequested;
        }
        finally
        {
            // After a failure somebody may still be sending from these buffers: then they are left to the garbage collector, because bytes
            // of one tenant must not become bytes of another.
            if (!mayBeInUse)
            {
                signed?.Dispose();
                body?.Dispose();
                workspaces.Return(work);
            }
        }
    }

    private ProtectedBody Splice(HttpRequest request, RequestBody body, TraceSplicer splicer, AdmissionLease lease)
    {
        if (splicer.Length > _maxUpstreamBytes)
        {
            throw new RejectionException(
                RejectionReason.TooLarge,
                $"the signed request has {splicer.Length} bytes, the upstream takes {_maxUpstreamBytes}; send smaller batches");
        }

        lease.Take(splicer.AddedBytes);
        var coding = _keepsCoding ? body.Coding : ContentCoding.Identity;
        return ProtectedBody.Create(splicer, body.Message, coding, OtlpRequest.IsGrpc(request), lease);
    }

    /// <summary>
    /// The one place that sets body, length and coding together: YARP answers 400 when they disagree, and the client drops its spans.
    /// </summary>
    private static void Replace(HttpContext context, ProtectedBody body)
    {
        var request = context.Request;
        var isGrpc = OtlpRequest.IsGrpc(request);
        request.Body = body.OpenRead();
        request.ContentLength = isGrpc ? null : body.Length;
        request.Headers.Remove(HeaderNames.TransferEncoding);
        request.Headers.Remove(HeaderNames.Expect);

        // Also `identity`, which the collector answers with 400.
        var coding = isGrpc ? OtlpRequest.GrpcEncoding : HeaderNames.ContentEncoding;
        request.Headers.Remove(coding);
        if (body.Coding != ContentCoding.Identity)
        {
            request.Headers[coding] = body.Coding.Name();
        }

        // YARP would lift Kestrel's limit for this stream and warn that the body has been read: it has, and was bounded there.
        context.Features.Set<IHttpMaxRequestBodySizeFeature>(null);
    }
}
