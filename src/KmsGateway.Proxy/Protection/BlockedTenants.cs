using System.Collections.Concurrent;

namespace KmsGateway.Proxy.Protection;

/// <summary>Since when the KMS refuses which tenants' keys. No larger than the list of tenants; a gateway that starts anew waits anew.</summary>
internal sealed class BlockedTenants(TimeProvider time)
{
    private readonly ConcurrentDictionary<(string Tenant, TenantKeyKind Key), long> _since = [];

    /// <summary>Notes a refusal; for how long there have been nothing but refusals.</summary>
    public TimeSpan Refused(string tenant, TenantKeyKind key) =>
        time.GetElapsedTime(_since.GetOrAdd((tenant, key), static (_, clock) => clock.GetTimestamp(), time));

    public void Served(string tenant, TenantKeyKind key)
    {
        if (!_since.IsEmpty)
        {
            _since.TryRemove((tenant, key), out _);
        }
    }
}
