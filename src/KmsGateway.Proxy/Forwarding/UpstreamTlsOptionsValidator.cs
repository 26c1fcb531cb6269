using System.Security.Cryptography;
using KmsGateway.Proxy.Listeners;
using Microsoft.Extensions.Options;

namespace KmsGateway.Proxy.Forwarding;

internal sealed class UpstreamTlsOptionsValidator : IValidateOptions<UpstreamTlsOptions>
{
    public ValidateOptionsResult Validate(string? name, UpstreamTlsOptions options)
    {
        var failures = new List<string>();
        if (options.Ca.Length > 0 && CertificateAuthority.Problem(options.Ca) is { } problem)
        {
            failures.Add($"Tls:Upstream:Ca is '{options.Ca}', {problem}. Set a PEM file with the certificates of the authorities.");
        }

        if (options.ClientCertificate.Length > 0 != options.ClientKey.Length > 0)
        {
            failures.Add("Tls:Upstream needs both ClientCertificate and ClientKey, or neither.");
        }
        else if (options.ClientCertificate.Length > 0 && !IsPair(options))
        {
            failures.Add(
                $"Tls:Upstream:ClientCertificate '{options.ClientCertificate}' and ClientKey '{options.ClientKey}' are no PEM certificate and "
                + "its key that can be read. Set the files of one pair.");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static bool IsPair(UpstreamTlsOptions options)
    {
        try
        {
            UpstreamConnections.LoadClientCertificate(options);
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            return false;
        }
    }
}
