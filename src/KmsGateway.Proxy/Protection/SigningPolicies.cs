using System.Diagnostics.CodeAnalysis;
using KmsGateway.Evidence.Compliance;
using KmsGateway.Evidence.Otlp;
using KmsGateway.Evidence.Signing;
using KmsGateway.Keys;
using Microsoft.Extensions.Options;

namespace KmsGateway.Proxy.Protection;

/// <summary>Under which policy each tenant's spans are signed. Built at start, so that a setting that cannot be is found then.</summary>
internal sealed class SigningPolicies
{
    private readonly Dictionary<string, SigningPolicy> _byTenant;
    private readonly Dictionary<string, SigningPolicy> _byId;

    public SigningPolicies(
        IOptions<ComplianceOptions> compliance,
        IOptions<SigningOptions> signing,
        IOptions<EnforcementOptions> enforcement,
        TenantKeys tenants)
    {
        Rules = compliance.Value.ToRules();
        var coverage = signing.Value.Coverage.ToCoverage();
        ThrowIfRulesReadMoreThan(coverage);
        var onOversize = signing.Value.OnOversize == SigningOptions.Mark ? OnOversize.Mark : OnOversize.Warn;
        Oversize = new OversizePolicy(signing.Value.OversizeBytes, onOversize);
        _byTenant = tenants.Tenants.ToDictionary(
            tenant => tenant,
            tenant => new SigningPolicy(tenant, Rules, coverage, enforcement.Value.Mode, Oversize),
            StringComparer.Ordinal);
        _byId = _byTenant.Values.ToDictionary(policy => policy.Id, StringComparer.Ordinal);
    }

    public ComplianceRules Rules { get; }

    /// <summary>The same for all tenants: the store behind the gateway is.</summary>
    public OversizePolicy Oversize { get; }

    public IReadOnlyCollection<SigningPolicy> All => _byId.Values;

    public SigningPolicy Of(string tenant) => _byTenant[tenant];

    public bool TryFind(string id, [NotNullWhen(true)] out SigningPolicy? policy) => _byId.TryGetValue(id, out policy);

    // Of two sections, so that neither's validator sees it.
    private void ThrowIfRulesReadMoreThan(Coverage coverage)
    {
        string[] problems =
        [
            .. Gaps("Signing:Coverage:Attributes", coverage.Attributes),
            .. Gaps("Signing:Coverage:Resource", coverage.Resource),
        ];
        if (problems.Length > 0)
        {
            throw new OptionsValidationException(nameof(SigningPolicies), typeof(SigningOptions), problems);
        }
    }

    private IEnumerable<string> Gaps(string setting, KeyPatterns covered) => Rules.Keys.Patterns
        .Where(rule => !covered.Contains(new KeyPatterns([rule])))
        .Select(rule => $"{setting} does not hold '{rule}', which Compliance:Rules reads. Add it.");
}
