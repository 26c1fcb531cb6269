using KmsGateway.Proxy.Tenancy.Credentials;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace KmsGateway.Proxy.Tenancy;

internal sealed class TenancyOptionsValidator(IConfiguration configuration, IHostEnvironment environment) : IValidateOptions<TenancyOptions>
{
    public ValidateOptionsResult Validate(string? name, TenancyOptions options)
    {
        var known = configuration.GetSection("Tenancy:Tenants").GetChildren().Select(tenant => tenant.Value)
            .Append(TenancyOptions.AllTenants).ToHashSet(StringComparer.Ordinal);
        string[] problems =
        [
            .. UnreadProblems(options),
            .. options.ApiKeys.SelectMany((key, i) => Problems(key, $"Tenancy:ApiKeys:{i}", known)),
            .. Repeated(options.ApiKeys.Select(key => Fingerprint.Normalize(key.Hash)), "Tenancy:ApiKeys has a Hash twice. Remove one."),
            .. options.Certificates.SelectMany((certificate, i) => Problems(certificate, $"Tenancy:Certificates:{i}", known)),
            .. options.Jwt is { } jwt ? Problems(jwt) : [],
        ];
        return problems.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    // The binder passes over what has another form than its options. In Development, without the credentials that are meant, any name in a
    // header would be believed.
    private IEnumerable<string> UnreadProblems(TenancyOptions options)
    {
        if (IsUnread("Tenancy:ApiKeys", options.ApiKeys.Count))
        {
            yield return "Tenancy:ApiKeys has an entry without settings. Give each Name, Hash and Tenants, or remove it.";
        }

        if (IsUnread("Tenancy:Certificates", options.Certificates.Count))
        {
            yield return "Tenancy:Certificates has an entry without settings. Give each Name, San or Sha256 and Tenants, or remove it.";
        }

        if (options.Jwt is null && configuration.GetSection("Tenancy:Jwt").Exists())
        {
            yield return "Tenancy:Jwt has no settings. Set Authority, Audience and Claim in it, or remove it.";
        }
    }

    private bool IsUnread(string list, int read) =>
        configuration.GetSection(list) is var section && (section.Value is { Length: > 0 } || section.GetChildren().Count() != read);

    // A hash is not repeated in a message, whole or broken: it may be the key itself that somebody put there.
    private static IEnumerable<string> Problems(ApiKeyOptions key, string path, HashSet<string?> known)
    {
        if (key.Name.Length == 0)
        {
            yield return $"{path}:Name is missing. Say whose key it is.";
        }

        if (!Fingerprint.IsValid(key.Hash))
        {
            yield return $"{path}:Hash is no SHA-256. Set 64 hex digits, as `printf %s \"$KEY\" | sha256sum` prints them.";
        }

        foreach (var problem in TenantProblems(key.Tenants, path, known))
        {
            yield return problem;
        }
    }

    private static IEnumerable<string> Problems(CertificateOptions certificate, string path, HashSet<string?> known)
    {
        if (certificate.Name.Length == 0)
        {
            yield return $"{path}:Name is missing. Say whose certificate it is.";
        }

        if (certificate.San.Length > 0 == certificate.Sha256.Length > 0)
        {
            yield return $"{path} needs either San or Sha256. Set one of them.";
        }
        else if (certificate.Sha256.Length > 0 && !Fingerprint.IsValid(certificate.Sha256))
        {
            yield return $"{path}:Sha256 is '{certificate.Sha256}', which is no SHA-256. "
                + "Set 64 hex digits, as `openssl x509 -in FILE -noout -fingerprint -sha256` prints them.";
        }

        foreach (var problem in TenantProblems(certificate.Tenants, path, known))
        {
            yield return problem;
        }
    }

    private static IEnumerable<string> TenantProblems(IList<string> tenants, string path, HashSet<string?> known)
    {
        if (tenants.Count == 0)
        {
            yield return $"{path}:Tenants is missing. List the tenants that this caller may use, or {TenancyOptions.AllTenants} for all.";
        }

        foreach (var tenant in tenants.Where(tenant => !known.Contains(tenant)))
        {
            yield return $"{path}:Tenants has '{tenant}', which is none of Tenancy:Tenants. Add it there, or remove it here.";
        }
    }

    private IEnumerable<string> Problems(JwtOptions jwt)
    {
        if (jwt.Authority.Length > 0 == jwt.SigningKeys.Length > 0)
        {
            yield return "Tenancy:Jwt needs either Authority or SigningKeys. Set one of them.";
        }
        else if (jwt.Authority.Length > 0)
        {
            if (!Uri.TryCreate(jwt.Authority, UriKind.Absolute, out var authority)
                || !(authority.Scheme == Uri.UriSchemeHttps || (authority.Scheme == Uri.UriSchemeHttp && environment.IsDevelopment())))
            {
                yield return $"Tenancy:Jwt:Authority is '{jwt.Authority}'. Set an https URL.";
            }
        }
        else
        {
            if (KeysProblem(jwt.SigningKeys) is { } problem)
            {
                yield return $"Tenancy:Jwt:SigningKeys is '{jwt.SigningKeys}', {problem}. Set a file with a JWK set of public keys.";
            }

            if (jwt.Issuer.Length == 0)
            {
                yield return "Tenancy:Jwt:Issuer is missing. Set what the tokens have as iss.";
            }
        }

        if (jwt.Audience.Length == 0)
        {
            yield return "Tenancy:Jwt:Audience is missing. Set what the tokens for this gateway have as aud.";
        }

        if (jwt.Claim.Length == 0)
        {
            yield return "Tenancy:Jwt:Claim is empty. Set the claim that names the caller's tenants.";
        }
    }

    private static string? KeysProblem(string file)
    {
        try
        {
            var keys = new JsonWebKeySet(File.ReadAllText(file)).Keys;
            if (keys.Any(key => key.HasPrivateKey || key.Kty == JsonWebAlgorithmsKeyTypes.Octet))
            {
                return "which holds a secret key";
            }

            return keys.Count > 0 ? null : "which holds no keys";
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return "which cannot be read";
        }
        catch (ArgumentException)
        {
            return "which is no JWK set";
        }
    }

    private static IEnumerable<string> Repeated(IEnumerable<string> values, string problem) =>
        values.GroupBy(value => value, StringComparer.Ordinal).Any(group => group.Key.Length > 0 && group.Count() > 1) ? [problem] : [];
}
