using System.ComponentModel.DataAnnotations;

namespace KmsGateway.Evidence.Otlp;

/// <summary>Bounds on what one request may hold once it is inflated.</summary>
public sealed class OtlpLimits
{
    /// <summary>How deep values nest. Part of the format: verifiers use the same number.</summary>
    public const int MaxDepth = 32;

    /// <value>Spans of one request; more is 413 / RESOURCE_EXHAUSTED. Default 50,000.</value>
    [Range(1, 1_000_000)]
    public int MaxSpans { get; set; } = 50_000;

    /// <value>Bytes of one compliance span as it came; more and it is unsignable. Default 4 MiB.</value>
    [Range(1_024, 256 * 1024 * 1024)]
    public int MaxSpanBytes { get; set; } = 4 * 1024 * 1024;

    /// <value>Attributes of one compliance span; more and it is unsignable. Default 1,000.</value>
    [Range(1, 100_000)]
    public int MaxAttributes { get; set; } = 1_000;

    /// <value>Bytes of the canonical form of one attribute of a compliance span; more and it is unsignable. Default 1 MiB.</value>
    [Range(1_024, 64 * 1024 * 1024)]
    public int MaxAttributeBytes { get; set; } = 1024 * 1024;
}
