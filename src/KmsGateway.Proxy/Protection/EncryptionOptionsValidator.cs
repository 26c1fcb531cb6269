using KmsGateway.Evidence.Signing;
using Microsoft.Extensions.Options;

namespace KmsGateway.Proxy.Protection;

internal sealed class EncryptionOptionsValidator(IConfiguration configuration) : IValidateOptions<EncryptionOptions>
{
    private static readonly HashSet<string> Known = new(
        [nameof(EncryptionOptions.Attributes), nameof(EncryptionOptions.Spans), nameof(EncryptionOptions.Tenants)], StringComparer.OrdinalIgnoreCase);

    public ValidateOptionsResult Validate(string? name, EncryptionOptions options)
    {
        var tenants = configuration.GetSection("Tenancy:Tenants").GetChildren().Select(tenant => tenant.Value);
        string[] problems = [.. Problems(options, tenants.ToHashSet(StringComparer.Ordinal))];
        return problems.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private IEnumerable<string> Problems(EncryptionOptions options, HashSet<string?> tenants)
    {
        // A setting that says "resource" and does nothing would leave in clear what somebody believes encrypted.
        foreach (var unknown in configuration.GetSection(EncryptionOptions.Section).GetChildren().Where(child => !Known.Contains(child.Key)))
        {
            yield return $"{unknown.Path} is no setting. Encryption has {string.Join(", ", Known)}. Attributes of resources and scopes cannot be encrypted: "
                + "a resource may stand above spans of several tenants. Put what is sensitive on spans, events or links.";
        }

        if (options.Spans is not (EncryptionOptions.Compliance or EncryptionOptions.All))
        {
            yield return $"Encryption:Spans is '{options.Spans}'. Set it to '{EncryptionOptions.Compliance}' or '{EncryptionOptions.All}'.";
        }

        foreach (var problem in PatternProblems("Encryption:Attributes", options.Attributes))
        {
            yield return problem;
        }

        for (var i = 0; i < options.Tenants.Count; i++)
        {
            var tenant = options.Tenants[i].Tenant;
            if (!tenants.Contains(tenant))
            {
                yield return $"Encryption:Tenants:{i}:Tenant is '{tenant}', which is none of Tenancy:Tenants. Add it there, or remove it here.";
            }
            else if (options.Tenants.Take(i).Any(other => other.Tenant == tenant))
            {
                yield return $"Encryption:Tenants has '{tenant}' twice. Remove one.";
            }

            foreach (var problem in PatternProblems($"Encryption:Tenants:{i}:Attributes", options.Tenants[i].Attributes))
            {
                yield return problem;
            }
        }
    }

    private IEnumerable<string> PatternProblems(string setting, IEnumerable<string> patterns) =>
    [
        .. PatternList.Problems(configuration, setting),
        .. patterns.Where(pattern => pattern == "*").Select(_ => $"{setting} has '*', which would encrypt what the rules read, too. Name the keys."),
        .. patterns.Where(pattern => SignatureAttributes.Reserved.Patterns.Contains(pattern)).Select(pattern =>
            $"{setting} has '{pattern}', which no span keeps: the gateway renames it to '{pattern}.0'. Use that name."),
    ];
}
