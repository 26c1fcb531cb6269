using KmsGateway.Evidence.Compliance;
using KmsGateway.Evidence.Encryption;
using KmsGateway.Evidence.Otlp;
using KmsGateway.Evidence.Signing;

namespace KmsGateway.Proxy.Protection;

/// <summary>What is encrypted, of which tenant and on which spans.</summary>
internal sealed class EncryptionSet
{
    private readonly SensitiveKeys _ofAllTenants;
    private readonly Dictionary<string, SensitiveKeys> _ofTenants;

    public EncryptionSet(EncryptionOptions options)
    {
        _ofAllTenants = Keys(options.Attributes);
        _ofTenants = options.Tenants.ToDictionary(entry => entry.Tenant, entry => Keys(entry.Attributes), StringComparer.Ordinal);
        OfNobody = Keys(options.Attributes.Concat(options.Tenants.SelectMany(entry => entry.Attributes)));
        OfAllSpans = options.Spans == EncryptionOptions.All && !OfNobody.IsEmpty;
    }

    /// <summary>Of spans that no tenant owns: whatever is sensitive of some tenant, because it may be that one's.</summary>
    public SensitiveKeys OfNobody { get; }

    /// <summary>Of ordinary spans, too.</summary>
    public bool OfAllSpans { get; }

    public SensitiveKeys Of(string tenant) => _ofTenants.GetValueOrDefault(tenant, _ofAllTenants);

    /// <summary>Whether nothing changes for spans that no tenant owns, and for ordinary ones. The rest is in policies.</summary>
    public bool HasSameEffectAs(EncryptionSet other) =>
        OfAllSpans == other.OfAllSpans && OfNobody.Patterns.Patterns.SequenceEqual(other.OfNobody.Patterns.Patterns);

    /// <summary>Why it cannot be with these rules.</summary>
    public IEnumerable<string> Problems(ComplianceRules rules, string tenantAttribute)
    {
        foreach (var pattern in OfNobody.Patterns.Patterns)
        {
            var keys = new KeyPatterns([pattern]);

            // The rule * reads no key.
            if (!rules.Keys.IsAll && keys.Overlaps(rules.Keys))
            {
                yield return $"Encryption has '{pattern}', which overlaps with what Compliance:Rules reads ({string.Join(", ", rules.Keys.Patterns)}). "
                    + "Encrypt other keys, or let the rules read less.";
            }

            if (tenantAttribute.Length > 0 && keys.Overlaps(new KeyPatterns([tenantAttribute])))
            {
                yield return $"Encryption has '{pattern}', which overlaps with '{tenantAttribute}', the key that Tenancy:Attribute reads. Encrypt other keys.";
            }
        }
    }

    /// <summary>What an operator may not expect of it.</summary>
    public IEnumerable<string> Warnings(Coverage coverage, IEnumerable<TenantPolicy> tenants)
    {
        foreach (var pattern in OfNobody.Patterns.Patterns)
        {
            var keys = new KeyPatterns([pattern]);
            if (!coverage.Attributes.Contains(keys))
            {
                yield return $"Signatures do not cover all of '{pattern}' (Signing:Coverage:Attributes): such values leave encrypted, and whoever "
                    + "removes one is not seen.";
            }

            if (keys.Overlaps(coverage.Resource))
            {
                yield return $"'{pattern}' is also a key of resource attributes that signatures cover: those of resources are never encrypted.";
            }
        }

        foreach (var policy in tenants.Where(policy => policy.Mode == EnforcementMode.DryRun && !policy.Sensitive.IsEmpty))
        {
            yield return $"Tenant {policy.Signing.Tenant} is in mode {policy.Mode.Name()}: its sensitive values leave in clear.";
        }
    }

    private static SensitiveKeys Keys(IEnumerable<string> patterns) => new(new KeyPatterns(patterns));
}
