using System.Diagnostics.Metrics;
using KmsGateway.Keys.Instruments;
using KmsGateway.Keys.Retrieval;
using KmsGateway.Keys.Rotation;

namespace KmsGateway.Keys.Telemetry;

/// <summary>How old the keys are that tenants sign and encrypt with.</summary>
internal sealed class RotationGauges
{
    private readonly ActiveKeys _activeKeys;
    private readonly TenantLabels _tenants;

    public RotationGauges(KeysMeter meter, ActiveKeys activeKeys, TenantLabels tenants, RotationSchedule schedule, TimeProvider time)
    {
        _activeKeys = activeKeys;
        _tenants = tenants;
        meter.Meter.CreateObservableGauge(
            "kms_last_rotation_timestamp",
            ObserveLastRotations,
            "s",
            "When the key that a tenant signs or encrypts with began to; of tenants that share a label, the oldest.");
        meter.Meter.CreateObservableGauge(
            "kms_rotation_overdue_keys",
            () => activeKeys.InUseSince.Count(since => schedule.IsOverdue(since, time.GetUtcNow())),
            "{key}",
            "Keys and seeds in use for longer than Rotation:Period. Counts all tenants, also those without a label of their own.");
        meter.Meter.CreateObservableGauge(
            "kmsgateway_tenant_info", ObserveTenants, unit: null, "1 for each tenant; of those that share a label, how many they are.");
    }

    private IEnumerable<Measurement<double>> ObserveLastRotations() =>
        Observe(KeyKind.Signing, _activeKeys.Current.Where(key => key.Trusted is not null).Select(key => (key.Trusted!.Tenant, key.Since)))
            .Concat(Observe(KeyKind.Encryption, _activeKeys.CurrentSeeds.Select(seed => (seed.Tenant, seed.Since))));

    private IEnumerable<Measurement<double>> Observe(string kind, IEnumerable<(string Tenant, DateTimeOffset Since)> keys) =>
        keys.GroupBy(key => _tenants.Of(key.Tenant), StringComparer.Ordinal)
            .Select(group => new Measurement<double>(
                group.Min(key => key.Since).ToUnixTimeMilliseconds() / 1000.0,
                new("tenant_id", group.Key),
                new("key_type", kind)));

    private IEnumerable<Measurement<int>> ObserveTenants() =>
        _activeKeys.Tenants.GroupBy(_tenants.Of, StringComparer.Ordinal)
            .Select(group => new Measurement<int>(group.Count(), new KeyValuePair<string, object?>("tenant_id", group.Key)));
}
