using Microsoft.Extensions.Options;

namespace KmsGateway.Proxy.Management.Health;

internal sealed class HealthOptionsValidator : IValidateOptions<HealthOptions>
{
    public ValidateOptionsResult Validate(string? name, HealthOptions options)
    {
        if (options.Mode is not (HealthOptions.Strict or HealthOptions.CacheAware))
        {
            return ValidateOptionsResult.Fail(
                $"Readiness:Mode is '{options.Mode}'. Set {HealthOptions.Strict} (ready while the KMS answers) or {HealthOptions.CacheAware} "
                + "(also while keys in memory can sign).");
        }

        return Uri.TryCreate(options.HelpUrl, UriKind.RelativeOrAbsolute, out _) && options.HelpUrl.Length > 0
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail($"Readiness:HelpUrl is '{options.HelpUrl}'. Set the address of a page about a KMS that is down.");
    }
}
