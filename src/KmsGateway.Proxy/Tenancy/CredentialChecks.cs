using System.Net;
using KmsGateway.Proxy.Listeners;

namespace KmsGateway.Proxy.Tenancy;

/// <summary>Outside Development callers need credentials, and credentials that are secrets need a line that nobody listens on.</summary>
internal static class CredentialChecks
{
    private static readonly string[] Listeners = [nameof(GatewayListener.OtlpGrpc), nameof(GatewayListener.OtlpHttp)];

    public static IEnumerable<string> Problems(IConfiguration configuration, IHostEnvironment environment)
    {
        var hasKeys = configuration.GetSection("Tenancy:ApiKeys").GetChildren().Any();
        var hasTokens = configuration.GetSection("Tenancy:Jwt").Exists();
        var hasCertificates = configuration.GetSection("Tenancy:Certificates").GetChildren().Any();
        if (hasCertificates)
        {
            foreach (var problem in CertificateProblems(configuration))
            {
                yield return problem;
            }
        }

        if (environment.IsDevelopment())
        {
            yield break;
        }

        if (!hasKeys && !hasTokens && !hasCertificates)
        {
            yield return $"nothing tells callers apart, and this is {environment.EnvironmentName}: set Tenancy:ApiKeys, Tenancy:Jwt or "
                + "Tenancy:Certificates.";
        }

        string[] withSecrets =
        [
            .. hasKeys || hasTokens ? Listeners : [],
            .. configuration.GetSection("Admin:Tokens").GetChildren().Any() ? [nameof(GatewayListener.Management)] : Array.Empty<string>(),
        ];
        if (configuration["Tls:Terminated"] != TlsOptions.Mesh)
        {
            foreach (var listener in withSecrets.Where(listener => IsOpen(configuration[$"{ListenerChecks.Section}:{listener}:Url"])))
            {
                yield return $"{ListenerChecks.Section}:{listener}:Url takes secrets from other machines in plain text. Set an https URL and "
                    + $"a certificate, or a loopback address, or Tls:Terminated={TlsOptions.Mesh} if somebody in front of it encrypts.";
            }
        }
    }

    private static IEnumerable<string> CertificateProblems(IConfiguration configuration)
    {
        if (string.IsNullOrEmpty(configuration["Tls:ClientCa"]))
        {
            yield return "Tenancy:Certificates needs Tls:ClientCa. Set a PEM file with the authorities that vouch for callers.";
        }

        if (!Listeners.Any(listener => UrlOf(configuration[$"{ListenerChecks.Section}:{listener}:Url"])?.Scheme == "https"))
        {
            yield return $"Tenancy:Certificates needs TLS. Set an https URL in {ListenerChecks.Section}:{Listeners[0]} or {Listeners[1]}.";
        }
    }

    private static bool IsOpen(string? url) =>
        UrlOf(url) is { Scheme: "http" } address
        && !address.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        && !(IPAddress.TryParse(address.Host, out var ip) && IPAddress.IsLoopback(ip))
        && !address.IsUnixPipe;

    // What is no address is told by ListenerChecks.
    private static BindingAddress? UrlOf(string? url)
    {
        try
        {
            return url is null ? null : BindingAddress.Parse(url);
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
