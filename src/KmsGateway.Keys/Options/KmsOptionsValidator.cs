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

        if (options.Provider == KmsOptions.AwsProvider)
        {
            failures.AddRange(AwsProblems(options));
        }

        if (options.CallerWait < MinWait || options.CallerWait > MaxWait)
        {
            failures.Add($"Kms:CallerWait is {options.CallerWait:c}. Set a time from {MinWait:c} to {MaxWait:c}.");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private IEnumerable<string> AwsProblems(KmsOptions options)
    {
        if (options.Region.Length == 0)
        {
            yield return "Kms:Region is missing. Set the Region of Kms:KeyId, for example eu-central-1.";
        }

        if (options.KeyId.Length == 0)
        {
            yield return "Kms:KeyId is missing. Set the ARN of the symmetric KMS key that wraps the tenants' keys.";
        }

        if (options.Endpoint.Length > 0
            && !(Uri.TryCreate(options.Endpoint, UriKind.Absolute, out var endpoint)
                && (endpoint.Scheme == Uri.UriSchemeHttps || (endpoint.Scheme == Uri.UriSchemeHttp && environment.IsDevelopment()))))
        {
            yield return $"Kms:Endpoint is '{options.Endpoint}'. Set an https URL, or leave it out.";
        }
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
