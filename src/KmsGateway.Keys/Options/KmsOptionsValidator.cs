using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace KmsGateway.Keys.Options;

internal sealed class KmsOptionsValidator(IHostEnvironment environment) : IValidateOptions<KmsOptions>
{
    private static readonly TimeSpan MinWait = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(60);

    public ValidateOptionsResult Validate(string? name, KmsOptions options)
    {
        var failures = new List<string>();
        if (Provider(options) is { } failure)
        {
            failures.Add(failure);
        }

        if (options.CallerWait < MinWait || options.CallerWait > MaxWait)
        {
            failures.Add($"Kms:CallerWait is {options.CallerWait:c}. Set a time from {MinWait:c} to {MaxWait:c}.");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private string? Provider(KmsOptions options)
    {
        var known = string.Join(", ", KmsOptions.Providers.Select(provider => $"'{provider}'"));
        if (string.IsNullOrWhiteSpace(options.Provider))
        {
            return $"Kms:Provider is not set. Set it to the key management service that wraps the tenants' keys: {known} "
                + $"('{KmsOptions.LocalProvider}' is for Development only).";
        }

        if (!KmsOptions.Providers.Contains(options.Provider, StringComparer.Ordinal))
        {
            return $"Kms:Provider is '{options.Provider}', which is not known. Set it to one of: {known}.";
        }

        return options.Provider == KmsOptions.LocalProvider && !environment.IsDevelopment()
            ? $"Kms:Provider is '{KmsOptions.LocalProvider}', which is for Development only: its master key is a file beside the keys it "
                + $"wraps. The environment is '{environment.EnvironmentName}'. Set Kms:Provider to a key management service, or, on a "
                + "developer's machine, DOTNET_ENVIRONMENT to 'Development'."
            : null;
    }
}
