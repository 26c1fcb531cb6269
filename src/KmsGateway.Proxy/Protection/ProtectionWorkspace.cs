using System.Buffers;
using KmsGateway.Evidence.Otlp;
using KmsGateway.Evidence.Signing;

namespace KmsGateway.Proxy.Protection;

/// <summary>What protecting one body needs and the next one can use again. It holds the inserts until the body has been sent.</summary>
internal sealed class ProtectionWorkspace(OtlpLimits limits, int oversizeBytes)
{
    public OtlpLimits Limits { get; } = limits;

    public TraceScan Scan { get; } = new();

    public TraceSplicer Splicer { get; } = new();

    public CanonicalSpan Canonical { get; } = new(ReservedKeys.Rename, limits) { OversizeBytes = oversizeBytes };

    /// <summary>The attributes of the span that is being signed.</summary>
    public ArrayBufferWriter<byte> Attributes { get; } = new(2048);

    public void Reset()
    {
        Scan.Reset();
        Splicer.Reset(Scan, bodyLength: 0);
        Canonical.Reset();
        Attributes.ResetWrittenCount();
    }
}
