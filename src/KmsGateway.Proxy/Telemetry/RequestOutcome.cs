namespace KmsGateway.Proxy.Telemetry;

/// <summary>How a request ended, as metrics name it.</summary>
internal static class RequestOutcome
{
    /// <summary>The upstream took it.</summary>
    public const string Accepted = "accepted";

    /// <summary>The gateway answered itself; why is in <c>kmsgateway_requests_refused_total</c>.</summary>
    public const string Refused = "refused";

    /// <summary>The upstream answered with an error, which the sender got as it was.</summary>
    public const string UpstreamError = "upstream_error";

    /// <summary>The sender went away.</summary>
    public const string Aborted = "aborted";
}
