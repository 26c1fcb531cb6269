using OpenTelemetry.Trace;

namespace KmsGateway.Proxy.Telemetry;

/// <summary>
/// A share of the requests; and always what became of a key that was not in memory, with every call of the KMS and of the store: they are
/// seldom, cost money, and are what one looks for when something goes wrong.
/// </summary>
/// <remarks>A caller's decision not to sample is kept; its decision to sample is not: senders must not set how much the gateway sends.</remarks>
internal sealed class GatewaySampler : Sampler
{
    private const string Prefix = "kms.";
    private const string CacheHit = "cache.hit";

    private readonly Sampler _requests;

    public GatewaySampler(double ratio)
    {
        var share = new TraceIdRatioBasedSampler(ratio);
        _requests = new ParentBasedSampler(share, remoteParentSampled: share);
        Description = $"GatewaySampler{{{ratio}}}";
    }

    public override SamplingResult ShouldSample(in SamplingParameters samplingParameters) =>
        samplingParameters.Name.StartsWith(Prefix, StringComparison.Ordinal) && !IsCacheHit(samplingParameters)
            ? new SamplingResult(SamplingDecision.RecordAndSample)
            : _requests.ShouldSample(samplingParameters);

    private static bool IsCacheHit(in SamplingParameters parameters)
    {
        foreach (var tag in parameters.Tags ?? [])
        {
            if (tag.Key == CacheHit)
            {
                return tag.Value is true;
            }
        }

        return false;
    }
}
