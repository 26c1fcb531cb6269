using Microsoft.Extensions.Options;

namespace KmsGateway.Proxy.Listeners;

internal sealed class TlsOptionsValidator : IValidateOptions<TlsOptions>
{
    public ValidateOptionsResult Validate(string? name, TlsOptions options)
    {
        var failures = new List<string>();
        if (options.Terminated is not ("" or TlsOptions.Mesh))
        {
            failures.Add($"Tls:Terminated is '{options.Terminated}'. Set it to '{TlsOptions.Mesh}', or leave it out.");
        }

        if (options.ClientCa.Length > 0 && CertificateAuthority.Problem(options.ClientCa) is { } problem)
        {
            failures.Add($"Tls:ClientCa is '{options.ClientCa}', {problem}. Set a PEM file with the certificates of the authorities.");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
