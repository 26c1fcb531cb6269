using System.Diagnostics.Metrics;
using KmsGateway.Keys.Clocks;
using KmsGateway.Keys.Memory;
using KmsGateway.Keys.Resilience;
using KmsGateway.Keys.Retrieval;
using Polly.CircuitBreaker;

namespace KmsGateway.Keys.Telemetry;

/// <summary>What this project measures.</summary>
internal sealed class KeysMetrics
{
    public const string MeterName = "KmsGateway.Keys";

    public KeysMetrics(IMeterFactory meters, ResilientKms kms, ClockSkew skew, SigningKeyCache cache)
    {
        var meter = meters.Create(MeterName);
        meter.CreateObservableGauge(
            "circuit_breaker_state",
            () => kms.Circuits.Select(circuit => new Measurement<int>(Number(circuit.State), new KeyValuePair<string, object?>("name", circuit.Name))),
            description: "0 closed, 1 open, 2 half-open.");
        meter.CreateObservableGauge(
            "kms_clock_skew",
            () => skew.BySource.Select(
                pair => new Measurement<double>(pair.Value.TotalSeconds, new KeyValuePair<string, object?>("source", pair.Key))),
            "s",
            "How far this machine's clock is ahead of that of the KMS and of the key store.");
        meter.CreateObservableGauge(
            "kms_locked_memory", () => Known(LockedMemory.Current), "By", "Memory that is never swapped.");
        meter.CreateObservableGauge(
            "kms_locked_memory_limit",
            () => Known(LockedMemory.Limit),
            "By",
            "How much of it the process may have; missing where there is no limit.");
        meter.CreateObservableGauge("kms_cached_signing_keys", () => cache.Count, "{key}", "Unwrapped signing keys in the cache.");
    }

    private static IEnumerable<Measurement<long>> Known(long? value) => value is { } known ? [new Measurement<long>(known)] : [];

    private static int Number(CircuitState state) => state switch
    {
        CircuitState.Open or CircuitState.Isolated => 1,
        CircuitState.HalfOpen => 2,
        _ => 0,
    };
}
