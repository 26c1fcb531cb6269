using System.Collections.Frozen;

namespace KmsGateway.Proxy.Tenancy;

/// <summary>The tenants that a caller may send as.</summary>
internal sealed class TenantAllowList
{
    private readonly FrozenSet<string>? _tenants;

    private TenantAllowList(FrozenSet<string>? tenants)
    {
        _tenants = tenants;
    }

    /// <summary>Whatever tenant there is.</summary>
    public static TenantAllowList Any { get; } = new(tenants: null);

    public static TenantAllowList Of(IEnumerable<string> tenants) => new(tenants.ToFrozenSet(StringComparer.Ordinal));

    public bool Contains(string tenant) => _tenants?.Contains(tenant) ?? true;
}
