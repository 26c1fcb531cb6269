using KmsGateway.Proxy.Listeners;
using KmsGateway.Proxy.Otlp;
using KmsGateway.Proxy.Rejections;
using Yarp.ReverseProxy.Model;

namespace KmsGateway.Proxy.Telemetry;

/// <summary>The outermost middleware of the OTLP ports: each request is measured once, and each refusal counted and told once.</summary>
internal sealed class RequestTelemetry(RequestDelegate next, GatewayMetrics metrics, RejectionReport rejections, TimeProvider time)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (context.Features.Get<ListenerFeature>()?.Listener is not (GatewayListener.OtlpGrpc or GatewayListener.OtlpHttp))
        {
            await next(context);
            return;
        }

        var start = time.GetTimestamp();
        try
        {
            await next(context);
        }
        finally
        {
            var rejected = context.Features.Get<RejectedRequest>();
            if (rejected is not null)
            {
                // Who refuses behind the protection, as for an upstream that is away, does not know what the request holds.
                var known = context.Features.Get<ComplianceSpanCount>()?.Spans ?? 0;
                rejections.Tell(context, rejected with { ComplianceSpans = Math.Max(rejected.ComplianceSpans, known) });
            }

            metrics.Request(SignalOf(context), OtlpRequest.ProtocolOf(context.Request), OutcomeOf(context, rejected), time.GetElapsedTime(start));
        }
    }

    private static string SignalOf(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<RouteModel>() is { } route ? OtlpSignal.Of(route) : OtlpSignal.None;

    private static string OutcomeOf(HttpContext context, RejectedRequest? rejected)
    {
        if (rejected is not null)
        {
            return RequestOutcome.Refused;
        }

        if (context.RequestAborted.IsCancellationRequested)
        {
            return RequestOutcome.Aborted;
        }

        return IsSuccess(context.Response) ? RequestOutcome.Accepted : RequestOutcome.UpstreamError;
    }

    // A gRPC status is in the trailers, or in the headers of an answer without a body.
    private static bool IsSuccess(HttpResponse response)
    {
        var status = response.Headers.TryGetValue(OtlpRequest.GrpcStatus, out var header)
            ? header.ToString()
            : response.HttpContext.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpResponseTrailersFeature>()?.Trailers[OtlpRequest.GrpcStatus].ToString();
        return response.StatusCode is >= 200 and < 300 && status is null or "" or "0";
    }
}
