using Microsoft.Extensions.Options;

namespace KmsGateway.Proxy.Protection;

internal sealed class EnforcementOptionsValidator(IConfiguration configuration) : IValidateOptions<EnforcementOptions>
{
    private const string Modes = $"'{EnforcementModes.Enforce}', '{EnforcementModes.Observe}' or '{EnforcementModes.DryRun}'";

    private static readonly TimeSpan MaxGrace = TimeSpan.FromDays(7);

    public ValidateOptionsResult Validate(string? name, EnforcementOptions options)
    {
        var tenants = configuration.GetSection("Tenancy:Tenants").GetChildren().Select(tenant => tenant.Value);
        string[] problems = [.. Problems(options, tenants.ToHashSet(StringComparer.Ordinal))];
        return problems.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static IEnumerable<string> Problems(EnforcementOptions options, HashSet<string?> tenants)
    {
        if (!EnforcementModes.TryParse(options.Mode, out _))
        {
            yield return $"Enforcement:Mode is '{options.Mode}'. Set it to {Modes}.";
        }

        for (var i = 0; i < options.Tenants.Count; i++)
        {
            var (tenant, mode) = (options.Tenants[i].Tenant, options.Tenants[i].Mode);
            if (!tenants.Contains(tenant))
            {
                yield return $"Enforcement:Tenants:{i}:Tenant is '{tenant}', which is none of Tenancy:Tenants. Add it there, or remove it here.";
            }
            else if (options.Tenants.Take(i).Any(other => other.Tenant == tenant))
            {
                yield return $"Enforcement:Tenants has '{tenant}' twice. Remove one.";
            }

            if (!EnforcementModes.TryParse(mode, out _))
            {
                yield return $"Enforcement:Tenants:{i}:Mode is '{mode}'. Set it to {Modes}.";
            }
        }

        if (options.OnTenantBlocked is not (EnforcementOptions.Retry or EnforcementOptions.Mark))
        {
            yield return $"Enforcement:OnTenantBlocked is '{options.OnTenantBlocked}'. "
                + $"Set it to '{EnforcementOptions.Retry}' or '{EnforcementOptions.Mark}'.";
        }

        if (options.BlockedGrace < TimeSpan.Zero || options.BlockedGrace > MaxGrace)
        {
            yield return $"Enforcement:BlockedGrace is {options.BlockedGrace}. Set a time from 00:00:00 to 7.00:00:00.";
        }
    }
}
