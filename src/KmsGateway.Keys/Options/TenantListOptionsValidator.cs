using KmsGateway.Cryptography;
using Microsoft.Extensions.Options;

namespace KmsGateway.Keys.Options;

internal sealed class TenantListOptionsValidator : IValidateOptions<TenantListOptions>
{
    public ValidateOptionsResult Validate(string? name, TenantListOptions options)
    {
        var failures = new List<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < options.Tenants.Count; i++)
        {
            if (!TenantId.IsValid(options.Tenants[i]))
            {
                failures.Add(
                    $"Tenancy:Tenants:{i} is '{options.Tenants[i]}'. A tenant's name has 1 to {TenantId.MaxLength} characters of "
                    + "A-Z a-z 0-9 . _ -");
            }
            else if (!seen.Add(options.Tenants[i]))
            {
                failures.Add($"Tenancy:Tenants:{i} is '{options.Tenants[i]}', which the list names already. Remove it.");
            }
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
