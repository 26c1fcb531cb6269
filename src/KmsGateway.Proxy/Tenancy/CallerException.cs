using KmsGateway.Proxy.Rejections;

namespace KmsGateway.Proxy.Tenancy;

/// <summary>The caller may not send, or not so. The message is for the sender.</summary>
internal sealed class CallerException(RejectionReason reason, string message) : Exception(message)
{
    public RejectionReason Reason { get; } = reason;
}
