namespace KmsGateway.Cli.Sending;

/// <summary>A span as a service would send it.</summary>
internal sealed record SampleSpan
{
    public const string ServiceName = "payments-api";
    public const string ScopeName = "kmsgw.samples";

    /// <summary>SPAN_KIND_SERVER</summary>
    public const int Kind = 2;

    public required byte[] TraceId { get; init; }

    public required byte[] SpanId { get; init; }

    public required string Name { get; init; }

    public required ulong Start { get; init; }

    public required ulong End { get; init; }

    public required IReadOnlyList<SampleAttribute> Attributes { get; init; }

    /// <summary>The compliance rules of every default configuration match it.</summary>
    public bool IsCompliance => Attributes.Any(attribute => attribute.Key.StartsWith("compliance.", StringComparison.Ordinal));
}
