using Microsoft.Extensions.Options;

namespace KmsGateway.Proxy.Protection;

internal sealed class EnforcementOptionsValidator : IValidateOptions<EnforcementOptions>
{
    public ValidateOptionsResult Validate(string? name, EnforcementOptions options) => options.Mode == EnforcementOptions.Enforce
        ? ValidateOptionsResult.Success
        : ValidateOptionsResult.Fail($"Enforcement:Mode is '{options.Mode}'; this version knows '{EnforcementOptions.Enforce}'.");
}
