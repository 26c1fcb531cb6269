namespace KmsGateway.Proxy.Rejections;

/// <summary>A request that the gateway answers itself. The message is for the sender.</summary>
internal sealed class RejectionException(RejectionReason reason, string message) : Exception(message)
{
    public RejectionReason Reason { get; } = reason;

    /// <summary>How many compliance spans the sender has to send again, or cannot send.</summary>
    public int ComplianceSpans { get; init; }
}
