using System.Diagnostics.Metrics;

namespace KmsGateway.Keys.Instruments;

/// <summary>The meter of this project, and what its histograms of seconds have in common.</summary>
internal sealed class KeysMeter(IMeterFactory meters)
{
    public const string Name = "KmsGateway.Keys";

    // The bounds of the promises (5 ms from the cache, 100 ms from the KMS) are among them. Without advice instruments of other libraries
    // get bounds made for milliseconds, and every call seems to take 5 s: https://github.com/open-telemetry/opentelemetry-dotnet/issues/4797
    private static readonly InstrumentAdvice<double> Seconds = new()
    {
        HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5, 10],
    };

    public Meter Meter { get; } = meters.Create(Name);

    public Histogram<double> CreateSeconds(string name, string description) =>
        Meter.CreateHistogram<double>(name, "s", description, tags: null, Seconds);
}
