namespace KmsGateway.Proxy.Rejections;

/// <summary>Why the gateway answers a request itself.</summary>
internal enum RejectionReason
{
    /// <summary>The KMS does not answer and no lease covers the tenant's key.</summary>
    KeyUnavailable,

    /// <summary>The body is not OTLP, its framing or its compression is broken.</summary>
    Undecodable,

    /// <summary>No credential, or one that is not valid.</summary>
    Unauthenticated,

    /// <summary>Whether the credential is valid cannot be found out now.</summary>
    CredentialUnchecked,

    /// <summary>The request names a tenant that is unknown or not the caller's.</summary>
    TenantNotAllowed,

    /// <summary>The KMS denies the tenant's key, or it is disabled.</summary>
    TenantBlocked,

    /// <summary>Too many bytes, as sent or inflated, or too many spans.</summary>
    TooLarge,

    /// <summary>A content coding that the gateway does not inflate.</summary>
    UnsupportedCoding,

    /// <summary>Neither protobuf nor JSON.</summary>
    UnsupportedMediaType,

    /// <summary>OTLP is sent with POST.</summary>
    MethodNotAllowed,

    /// <summary>Not on the allow-list of routes.</summary>
    UnknownService,

    /// <summary>As many bytes or requests are being held as the gateway may hold.</summary>
    Busy,

    /// <summary>The body did not arrive in time.</summary>
    TooSlow,

    /// <summary>No upstream took the request.</summary>
    UpstreamUnavailable,

    /// <summary>The gateway's own telemetry came back to it.</summary>
    TelemetryLoop,

    /// <summary>A defect of the gateway. Retryable, because a compliance span must not be lost to it.</summary>
    Unexpected,
}
