
namespace KmsGateway.Proxy.Rejections;

/// <summary>The one place where a reason becomes a status.</summary>
/// <remarks>
/// Retryable is 503 alone: OTLP exporters honour Retry-After on 429 and 503 only, and 500 or INTERNAL make them drop the spans.
/// RESOURCE_EXHAUSTED stays without RetryInfo, or they would retry what is too large for ever.
/// </remarks>
internal static class RejectionTable
{
    public static RejectionRow Row(RejectionReason reason) => reason switch
    {
        RejectionReason.KeyUnavailable => new("key-unavailable", 503, GrpcStatus.Unavailable, RetryAfter: 5),
        RejectionReason.Undecodable => new("undecodable", 400, GrpcStatus.InvalidArgument),
        RejectionReason.Unauthenticated => new("unauthenticated", 401, GrpcStatus.Unauthenticated),
        RejectionReason.CredentialUnchecked => new("credential-unchecked", 503, GrpcStatus.Unavailable, RetryAfter: 5),
        RejectionReason.TenantNotAllowed => new("tenant-not-allowed", 403, GrpcStatus.PermissionDenied),
        RejectionReason.TenantBlocked => new("tenant-blocked", 503, GrpcStatus.Unavailable, RetryAfter: 30),
        RejectionReason.TooLarge => new("too-large", 413, GrpcStatus.ResourceExhausted),
        RejectionReason.UnsupportedCoding => new("unsupported-coding", 415, GrpcStatus.Unimplemented),
        RejectionReason.UnsupportedMediaType => new("unsupported-media-type", 415, GrpcStatus.InvalidArgument, HttpOnly: true),
        RejectionReason.MethodNotAllowed => new("method-not-allowed", 405, GrpcStatus.Unimplemented, HttpOnly: true),
        RejectionReason.UnknownService => new("unknown-service", 404, GrpcStatus.Unimplemented),
        RejectionReason.Busy => new("busy", 503, GrpcStatus.Unavailable, RetryAfter: 2),
        RejectionReason.TooSlow => new("too-slow", 503, GrpcStatus.Unavailable, RetryAfter: 5),
        RejectionReason.UpstreamUnavailable => new("upstream-unavailable", 503, GrpcStatus.Unavailable, RetryAfter: 2),
        RejectionReason.TelemetryLoop => new("telemetry-loop", 508, GrpcStatus.FailedPrecondition),
        _ => new("unexpected", 503, GrpcStatus.Unavailable, RetryAfter: 5),
    };
}
