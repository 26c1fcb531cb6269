using Microsoft.Extensions.Options;

namespace KmsGateway.Proxy.Management;

internal sealed class HealthOptionsValidator : IValidateOptions<HealthOptions>
{
    public ValidateOptionsResult Validate(string? name, HealthOptions options) =>
        Uri.TryCreate(options.HelpUrl, UriKind.RelativeOrAbsolute, out _) && options.HelpUrl.Length > 0
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail($"Readiness:HelpUrl is '{options.HelpUrl}'. Set the address of a page about a KMS that is down.");
}
