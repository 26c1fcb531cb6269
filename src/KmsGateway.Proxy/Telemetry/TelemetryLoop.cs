using KmsGateway.Proxy.Rejections;

namespace KmsGateway.Proxy.Telemetry;

/// <summary>
/// Refuses telemetry of this very process, over however many hops it comes back: each export would make the next one, for ever.
/// </summary>
internal sealed class TelemetryLoop(RequestDelegate next, TelemetryOrigin origin)
{
    public Task InvokeAsync(HttpContext context) =>
        context.Request.Headers[TelemetryOrigin.Header].Contains(origin.Id, StringComparer.Ordinal)
            ? Rejection.WriteAsync(
                context,
                RejectionReason.TelemetryLoop,
                "This is the gateway's own telemetry. Set Telemetry:Endpoint to a collector that does not send to this gateway.")
            : next(context);
}
