using System.Collections.Concurrent;

namespace KmsGateway.Proxy.Protection;

/// <summary>Since when the KMS refuses which tenants' keys. No larger than the list of tenants; a gateway that starts anew waits anew.</summary>
internal sealed class BlockedTenants(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, long> _since = new(StringComparer.Ordinal);

    /// <summary>Notes a refusal; for how long there have been nothing but refusals.</summary>
    public TimeSpan Refused(string tenant) => time.GetElapsedTime(_since.GetOrAdd(tenant, static (_, clock) => clock.GetTimestamp(), time));

    public void Served(string tenant)
    {
        if (!_since.IsEmpty)
        {
            _since.TryRemove(tenant, out _);
        }
    }
}
