namespace KmsGateway.Proxy.Rejections;

/// <summary>On a request that the gateway answered itself: what it said, for whoever counts and logs.</summary>
/// <param name="Detail">What the log is told besides, and the sender not.</param>
/// <param name="ComplianceSpans">How many of the refused spans were known to be compliance spans.</param>
internal sealed record RejectedRequest(RejectionReason Reason, string Message, string? Detail, int ComplianceSpans);
