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
        Rules = ReadRules(compliance.Value);
        CheckModes(signing.Value, enforcement.Value);
        var coverage = ReadCoverage(signing.Value.Coverage);
        _byTenant = tenants.Tenants.ToDictionary(
            tenant => tenant, tenant => ReadPolicy(tenant, coverage, enforcement.Value.Mode), StringComparer.Ordinal);
        _byId = _byTenant.Values.ToDictionary(policy => policy.Id, StringComparer.Ordinal);
    }

    public ComplianceRules Rules { get; }

    public SigningPolicy Of(string tenant) => _byTenant[tenant];

    public bool TryFind(string id, [NotNullWhen(true)] out SigningPolicy? policy) => _byId.TryGetValue(id, out policy);

    private static ComplianceRules ReadRules(ComplianceOptions options) => options.Rules.Count == 0
        ? ComplianceRules.Default
        : new ComplianceRules(ReadPatterns("Compliance:Rules", options.Rules));

    private static Coverage ReadCoverage(CoverageOptions options) => new(
        options.Attributes.Count == 0 ? new KeyPatterns(["*"]) : ReadPatterns("Signing:Coverage:Attributes", options.Attributes),
        options.Resource.Count == 0
            ? new KeyPatterns(["compliance.*", "service.name"])
            : ReadPatterns("Signing:Coverage:Resource", options.Resource));

    private static void CheckModes(SigningOptions signing, EnforcementOptions enforcement)
    {
        if (signing.Mode != SigningOptions.SpanMode)
        {
            throw Invalid($"Signing:Mode is '{signing.Mode}'; this version knows '{SigningOptions.SpanMode}'");
        }

        if (enforcement.Mode != EnforcementOptions.Enforce)
        {
            throw Invalid($"Enforcement:Mode is '{enforcement.Mode}'; this version knows '{EnforcementOptions.Enforce}'");
        }
    }

    private SigningPolicy ReadPolicy(string tenant, Coverage coverage, string mode)
    {
        try
        {
            return new SigningPolicy(tenant, Rules, coverage, mode);
        }
        catch (ArgumentException exception)
        {
            throw Invalid($"Signing:Coverage: {Sentence(exception)}");
        }
    }

    private static KeyPatterns ReadPatterns(string setting, IEnumerable<string> patterns)
    {
        try
        {
            return new KeyPatterns(patterns);
        }
        catch (ArgumentException exception)
        {
            throw Invalid($"{setting}: {Sentence(exception)}");
        }
    }

    // Without the name of the parameter, which says nothing to who wrote the setting.
    private static string Sentence(ArgumentException exception) =>
        exception.Message.Split(" (Parameter", 2, StringSplitOptions.None)[0];

    private static OptionsValidationException Invalid(string message) =>
        new(nameof(SigningPolicies), typeof(SigningOptions), [message]);
}
