using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace KmsGateway.Keys.Options;

internal sealed class KmsOptionsValidator(IHostEnvironment environment) : IValidateOptions<KmsOptions>
{
    private const int MaxCalls = 1_000;

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

        if (options.MaxConcurrentCalls is < 1 or > MaxCalls)
        {
            failures.Add($"Kms:MaxConcurrentCalls is {options.MaxConcurrentCalls}. Set a number from 1 to {MaxCalls}.");
        }

        if (options.CallerWait < MinWait || options.CallerWait > MaxWait)
        {
            failures.Add($"Kms:CallerWait is {options.CallerWait:c}. Set a time from {MinWait:c} to {MaxWait:c}.");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private IEnumerable<string> AwsProblems(KmsOptions options)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (region, i) in options.Regions().Select((region, i) => (region, i)))
        {
            var section = i == 0 ? "Kms" : $"Kms:OtherRegions:{i - 1}";
            if (region.Region.Length == 0)
            {
                yield return $"{section}:Region is missing. Set the Region of {section}:KeyId, for example eu-central-1.";
            }
            else if (!seen.Add(region.Region))
            {
                yield return $"{section}:Region is '{region.Region}', which is set already. Each Region has one key. Remove it.";
            }

            if (region.KeyId.Length == 0)
            {
                yield return $"{section}:KeyId is missing. Set the ARN of the symmetric KMS key that wraps the tenants' keys.";
            }

            if (region.RootKeyId.Length == 0)
            {
                yield return $"{section}:RootKeyId is missing. Set the ARN of the asymmetric KMS key that signs the trust chain (key usage "
                    + "SIGN_VERIFY, key spec ECC_NIST_EDWARDS25519, or ECC_NIST_P256 for Signing:Algorithm=ES256).";
            }

            if (region.Endpoint.Length > 0 && !IsUsable(region.Endpoint))
            {
                yield return $"{section}:Endpoint is '{region.Endpoint}'. Set an https URL, or leave it out.";
            }
        }

        if (options.KeyPairs is not (KmsOptions.KeyPairsInKms or KmsOptions.KeyPairsLocally))
        {
            yield return $"Kms:KeyPairs is '{options.KeyPairs}', which is not known. Set it to '{KmsOptions.KeyPairsInKms}' or "
                + $"'{KmsOptions.KeyPairsLocally}'.";
        }
    }

    private bool IsUsable(string endpoint) =>
        Uri.TryCreate(endpoint, UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && environment.IsDevelopment()));

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
