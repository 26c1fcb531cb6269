using System.ComponentModel.DataAnnotations;
using System.Numerics;
using KmsGateway.Evidence.Otlp;

namespace KmsGateway.Proxy.Bodies;

/// <summary>
/// Section <c>Limits</c>: what one trace request may cost, and all of them together. Over a limit for one the sender gets 413 /
/// RESOURCE_EXHAUSTED and drops it, over one for all 503 / UNAVAILABLE and sends again.
/// </summary>
internal sealed class LimitsOptions
{
    private const int MiB = 1024 * 1024;

    /// <value>Bytes of a body as it is sent. Default 20 MiB, the collector's own; 1 KiB to 64 MiB.</value>
    [Range(1024, 64 * MiB)]
    public int MaxWireBytes { get; set; } = 20 * MiB;

    /// <value>Bytes of a body once it is inflated. Default 64 MiB, what OTLP recommends; 1 KiB to 256 MiB.</value>
    [Range(1024, 256 * MiB)]
    public int MaxMessageBytes { get; set; } = 64 * MiB;

    /// <value>How often the size sent a body may inflate to, once over 1 MiB. Default 200; 2 to 1,100, the most deflate can.</value>
    [Range(2, 1_100)]
    public int MaxInflationRatio { get; set; } = 200;

    /// <inheritdoc cref="OtlpLimits.MaxSpans"/>
    [Range(1, 1_000_000)]
    public int MaxSpans { get; set; } = 50_000;

    /// <inheritdoc cref="OtlpLimits.MaxSpanBytes"/>
    [Range(1024, 256 * MiB)]
    public int MaxSpanBytes { get; set; } = 4 * MiB;

    /// <inheritdoc cref="OtlpLimits.MaxAttributes"/>
    [Range(1, 100_000)]
    public int MaxAttributes { get; set; } = 1_000;

    /// <inheritdoc cref="OtlpLimits.MaxAttributeBytes"/>
    [Range(1024, 64 * MiB)]
    public int MaxAttributeBytes { get; set; } = MiB;

    /// <value>
    /// Bytes of a signed request, not compressed: what the upstream takes. Default 64 MiB, what OTLP recommends; 1 KiB to 512 MiB. A Go gRPC
    /// server takes 4 MiB unless told otherwise.
    /// </value>
    [Range(1024, 512 * MiB)]
    public int MaxUpstreamMessageBytes { get; set; } = 64 * MiB;

    /// <value>Seconds in which a body has to arrive. Default 30; 1 to 600.</value>
    [Range(1, 600)]
    public int MaxBodySeconds { get; set; } = 30;

    /// <value>Trace requests at a time. Default 0: 64 for each core.</value>
    [Range(0, 100_000)]
    public int MaxConcurrentRequests { get; set; }

    /// <value>
    /// Bytes that all trace requests together may hold in memory. Default 0: two fifths of the memory that the process may use, and at least
    /// <see cref="LargestRequestBytes"/>.
    /// </value>
    [Range(0, long.MaxValue)]
    public long MaxBufferedBytes { get; set; }

    /// <summary>
    /// What one request needs at worst: its buffer and the one that takes its place while it grows, as sent and as inflated, and what is added.
    /// </summary>
    public long LargestRequestBytes => (3L * BufferOf(MaxWireBytes)) + (3L * BufferOf(MaxMessageBytes)) + BufferOf(MaxUpstreamMessageBytes);

    // Pools lend powers of two.
    private static long BufferOf(int bytes) => (long)BitOperations.RoundUpToPowerOf2((uint)bytes);

    public OtlpLimits ToOtlp() => new()
    {
        MaxSpans = MaxSpans,
        MaxSpanBytes = MaxSpanBytes,
        MaxAttributes = MaxAttributes,
        MaxAttributeBytes = MaxAttributeBytes,
    };
}
