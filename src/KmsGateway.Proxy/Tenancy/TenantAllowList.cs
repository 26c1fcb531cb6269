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

    /// <summary>As an operator lists them: <c>*</c> is all.</summary>
    public static TenantAllowList Of(IEnumerable<string> tenants)
    {
        var set = tenants.ToFrozenSet(StringComparer.Ordinal);
        return set.Contains(TenancyOptions.AllTenants) ? Any : new TenantAllowList(set);
    }

    /// <summary>As somebody else names them: there is no such thing as all.</summary>
    public static TenantAllowList OfNames(IEnumerable<string> tenants) => new(tenants.ToFrozenSet(StringComparer.Ordinal));

    public bool Contains(string tenant) => _tenants?.Contains(tenant) ?? true;

    public TenantAllowList And(TenantAllowList other) => (_tenants, other._tenants) switch
    {
        (null, _) => other,
        (_, null) => this,
        ({ } mine, { } theirs) => new TenantAllowList(mine.Where(theirs.Contains).ToFrozenSet(StringComparer.Ordinal)),
    };

    /// <summary>The one tenant of those that there are which the list allows; null if it allows several, or none.</summary>
    public string? Only(IReadOnlyCollection<string> known)
    {
        string[] allowed = _tenants is null ? [.. known.Take(2)] : [.. known.Where(_tenants.Contains).Take(2)];
        return allowed.Length == 1 ? allowed[0] : null;
    }
}
