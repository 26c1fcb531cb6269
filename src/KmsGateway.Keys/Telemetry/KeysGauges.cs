using System.Diagnostics.Metrics;
using KmsGateway.Keys.Clocks;
using KmsGateway.Keys.Instruments;
using KmsGateway.Keys.Memory;
using KmsGateway.Keys.Resilience;
using KmsGateway.Keys.Retrieval;
using Polly.CircuitBreaker;

namespace KmsGateway.Keys.Telemetry;

/// <summary>What is so at the moment of a scrape, as opposed to what is counted when it happens.</summary>
internal sealed class KeysGauges
{
    public KeysGauges(KeysMeter meter, ResilientKms kms, ClockSkew skew, KeyCache<CachedSigningKey> cache, KeyCache<CachedSeed> seeds, TimeProvider time)
    {
        meter.Meter.CreateObservableGauge(
            "circuit_breaker_state",
            () => kms.Circuits.Select(circuit => new Measurement<int>(Number(circuit.State), new KeyValuePair<string, object?>("name", circuit.Name))),
            description: "0 closed, 1 open, 2 half-open.");
        meter.Meter.CreateObservableGauge(
            "kms_clock_skew",
            () => skew.BySource.Select(
                pair => new Measurement<double>(pair.Value.TotalSeconds, new KeyValuePair<string, object?>("source", pair.Key))),
            "s",
            "How far this machine's clock is ahead of that of the KMS and of the key store.");
        meter.Meter.CreateObservableGauge(
            "kms_probe_last_success_timestamp",
            () => time.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0 - time.GetElapsedTime(kms.LastSuccess).TotalSeconds,
            "s",
            "When the KMS last did what it was asked, by the probe or by traffic.");
        meter.Meter.CreateObservableGauge(
            "kms_locked_memory", () => Known(LockedMemory.Current), "By", "Memory that is never swapped.");
        meter.Meter.CreateObservableGauge(
            "kms_locked_memory_limit",
            () => LockedMemory.Limit ?? double.PositiveInfinity,
            "By",
            "How much of it the process may have; +Inf where there is no limit.");
        meter.Meter.CreateObservableGauge("kms_cached_signing_keys", () => cache.Count, "{key}", "Unwrapped signing keys in the cache.");
        meter.Meter.CreateObservableGauge("kms_cached_encryption_keys", () => seeds.Count, "{key}", "Unwrapped seeds in the cache.");
        meter.Meter.CreateObservableGauge(
            "kms_expected_refreshes_per_hour",
            () => cache.ExpectedRefreshesPerHour + seeds.ExpectedRefreshesPerHour,
            unit: null,
            "Calls of the KMS that the keys in the cache need to stay fresh.");
    }

    private static IEnumerable<Measurement<long>> Known(long? value) => value is { } known ? [new Measurement<long>(known)] : [];

    private static int Number(CircuitState state) => state switch
    {
        CircuitState.Open or CircuitState.Isolated => 1,
        CircuitState.HalfOpen => 2,
        _ => 0,
    };
}
