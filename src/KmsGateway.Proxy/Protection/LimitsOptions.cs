using System.ComponentModel.DataAnnotations;
using KmsGateway.Evidence.Otlp;

namespace KmsGateway.Proxy.Protection;

/// <summary>Section <c>Limits</c>: what one trace request may cost. Over a limit the sender gets 413 / RESOURCE_EXHAUSTED.</summary>
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

    /// <inheritdoc cref="OtlpLimits.MaxAttributes"/>
    [Range(1, 100_000)]
    public int MaxAttributes { get; set; } = 1_000;

    /// <inheritdoc cref="OtlpLimits.MaxAttributeBytes"/>
    [Range(1024, 64 * MiB)]
    public int MaxAttributeBytes { get; set; } = MiB;

    public OtlpLimits ToOtlp() => new()
    {
        MaxSpans = MaxSpans,
        MaxAttributes = MaxAttributes,
        MaxAttributeBytes = MaxAttributeBytes,
    };
}
