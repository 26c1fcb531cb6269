using System.Diagnostics.CodeAnalysis;
using KmsGateway.Evidence.Compliance;
using KmsGateway.Evidence.Otlp;
using KmsGateway.Evidence.Signing;
using KmsGateway.Proxy.Tenancy;
using Microsoft.Extensions.Options;

namespace KmsGateway.Proxy.Protection;

/// <summary>What is in effect for all tenants at one time. A request keeps to the set that it began with.</summary>
internal sealed class PolicySet
{
    private readonly Dictionary<string, TenantPolicy> _byTenant;
    private readonly Dictionary<string, SigningPolicy> _byId;
    private readonly Func<IReadOnlyList<EnforcementOverride>, PolicySet> _withOverrides;

    /// <exception cref="OptionsValidationException">Settings of several sections do not go together.</exception>
    public PolicySet(
        ComplianceOptions compliance,
        SigningOptions signing,
        EnforcementOptions enforcement,
        EncryptionOptions encryption,
        TenancyOptions tenancy,
        IReadOnlyCollection<string> tenants,
        IReadOnlyList<EnforcementOverride> overrides)
    {
        Rules = compliance.ToRules();
        Coverage = signing.Coverage.ToCoverage();
        ThrowIfAny(Problems(tenancy.Attribute));
        Oversize = new OversizePolicy(
            signing.OversizeBytes, signing.OnOversize == SigningOptions.Mark ? OnOversize.Mark : OnOversize.Warn);
        DefaultMode = EnforcementModes.Parse(enforcement.Mode);
        BlockedGrace = enforcement.OnTenantBlocked == EnforcementOptions.Mark ? enforcement.BlockedGrace : null;
        var modes = enforcement.Tenants.ToDictionary(
            entry => entry.Tenant, entry => EnforcementModes.Parse(entry.Mode), StringComparer.Ordinal);
        foreach (var entry in overrides)
        {
            modes[entry.Tenant] = entry.Mode;
        }

        Encryption = new EncryptionSet(encryption);
        ThrowIfAny(Encryption.Problems(Rules, tenancy.Attribute));
        _byTenant = tenants.ToDictionary(
            tenant => tenant, tenant => PolicyOf(tenant, modes.GetValueOrDefault(tenant, DefaultMode)), StringComparer.Ordinal);
        Tenants = _byTenant.Keys.ToHashSet(StringComparer.Ordinal);
        _byId = _byTenant.Values.ToDictionary(policy => policy.Signing.Id, policy => policy.Signing, StringComparer.Ordinal);
        _withOverrides = others => new PolicySet(compliance, signing, enforcement, encryption, tenancy, tenants, others);
    }

    public ComplianceRules Rules { get; }

    /// <summary>The same for all tenants, so that a resource above spans of several is read once.</summary>
    public Coverage Coverage { get; }

    /// <summary>The same for all tenants: the store behind the gateway is.</summary>
    public OversizePolicy Oversize { get; }

    /// <summary>Also that of spans that no tenant owns.</summary>
    public EnforcementMode DefaultMode { get; }

    public EncryptionSet Encryption { get; }

    /// <summary>After which time the spans of a tenant whose key is refused go on marked; null: never.</summary>
    public TimeSpan? BlockedGrace { get; }

    public IReadOnlySet<string> Tenants { get; }

    public IReadOnlyCollection<TenantPolicy> All => _byTenant.Values;

    /// <summary>The same settings for the same tenants, with other modes set aside for a while.</summary>
    public PolicySet With(IReadOnlyList<EnforcementOverride> overrides) => _withOverrides(overrides);

    public TenantPolicy Of(string tenant) => _byTenant[tenant];

    public bool TryFind(string id, [NotNullWhen(true)] out SigningPolicy? policy) => _byId.TryGetValue(id, out policy);

    /// <summary>Whether nothing changes for any span. Mode, rules, coverage and what is encrypted are part of a policy's id.</summary>
    public bool HasSameEffectAs(PolicySet other) =>
        DefaultMode == other.DefaultMode && BlockedGrace == other.BlockedGrace && Encryption.HasSameEffectAs(other.Encryption)
        && _byId.Keys.ToHashSet().SetEquals(other._byId.Keys);

    private TenantPolicy PolicyOf(string tenant, EnforcementMode mode)
    {
        var sensitive = Encryption.Of(tenant);
        return new(new SigningPolicy(tenant, Rules, Coverage, mode.Name(), Oversize, sensitive.Patterns), mode, sensitive);
    }

    // Of several sections, so that no validator of one sees it.
    private IEnumerable<string> Problems(string attribute)
    {
        if (attribute.Length > 0 && (attribute.EndsWith('*') || !KeyPatterns.IsValid(attribute)))
        {
            return [$"Tenancy:Attribute is '{attribute}', which is no attribute key. Use characters of A-Z a-z 0-9 _ . : / -"];
        }

        return
        [
            .. Gaps("Signing:Coverage:Attributes", Coverage.Attributes, attribute),
            .. Gaps("Signing:Coverage:Resource", Coverage.Resource, attribute),
        ];
    }

    private IEnumerable<string> Gaps(string setting, KeyPatterns covered, string attribute)
    {
        foreach (var rule in Rules.Keys.Patterns.Where(rule => !covered.Contains(new KeyPatterns([rule]))))
        {
            yield return $"{setting} does not hold '{rule}', which Compliance:Rules reads. Add it.";
        }

        if (attribute.Length > 0 && !covered.Contains(new KeyPatterns([attribute])))
        {
            yield return $"{setting} does not hold '{attribute}', which Tenancy:Attribute reads. Add it.";
        }
    }

    private static void ThrowIfAny(IEnumerable<string> problems)
    {
        string[] all = [.. problems];
        if (all.Length > 0)
        {
            throw new OptionsValidationException(nameof(PolicySet), typeof(SigningOptions), all);
        }
    }
}
