using KmsGateway.Proxy.Listeners;
using KmsGateway.Proxy.Tenancy.Credentials;
using Microsoft.Extensions.Options;

namespace KmsGateway.Proxy.Management.Administration;

internal sealed class AdminOptionsValidator(IConfiguration configuration) : IValidateOptions<AdminOptions>
{
    private const string Tokens = $"{AdminOptions.Section}:{nameof(AdminOptions.Tokens)}";
    private const string ValuesPerMinute = $"{AdminOptions.Section}:{nameof(AdminOptions.DecryptValuesPerMinute)}";
    private const int MaxValuesPerMinute = 100_000_000;
    private const string Certificates = $"{AdminOptions.Section}:{nameof(AdminOptions.Certificates)}";

    public ValidateOptionsResult Validate(string? name, AdminOptions options)
    {
        string[] problems =
        [
            .. Problems(Tokens, options.Tokens, "printf %s \"$TOKEN\" | sha256sum"),
            .. Problems(Certificates, options.Certificates, "openssl x509 -in FILE -noout -fingerprint -sha256"),
            .. RateProblems(options.DecryptValuesPerMinute),
            .. options.Certificates.Count > 0 ? TlsProblems() : [],
        ];
        return problems.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private IEnumerable<string> Problems(string section, IList<AdminCredentialOptions> credentials, string howToHash) =>
        [.. Shape(section), .. credentials.SelectMany((credential, i) => Problems($"{section}:{i}", credential, howToHash)), .. Repeated(section, credentials)];

    // The binder passes over entries that are plain values, and would leave the gateway without them.
    private IEnumerable<string> Shape(string section)
    {
        var entries = configuration.GetSection(section);
        if (entries.Value is not null || entries.GetChildren().Any(entry => !entry.GetChildren().Any()))
        {
            yield return $"{section} is not a list of entries. Give each Name, Hash and Scopes, or leave the section out.";
        }
    }

    private static IEnumerable<string> RateProblems(int valuesPerMinute)
    {
        if (valuesPerMinute is < DecryptRequests.MaxValues or > MaxValuesPerMinute)
        {
            yield return $"{ValuesPerMinute} is {valuesPerMinute}. Set {DecryptRequests.MaxValues}, which one call may have, to {MaxValuesPerMinute}.";
        }
    }

    private IEnumerable<string> TlsProblems()
    {
        var url = configuration[$"{ListenerChecks.Section}:{nameof(GatewayListener.Management)}:Url"];
        if (url?.StartsWith("https:", StringComparison.OrdinalIgnoreCase) != true)
        {
            yield return $"{Certificates} needs TLS. Set an https URL in {ListenerChecks.Section}:{nameof(GatewayListener.Management)}.";
        }
    }

    private static IEnumerable<string> Problems(string entry, AdminCredentialOptions credential, string howToHash)
    {
        if (string.IsNullOrWhiteSpace(credential.Name))
        {
            yield return $"{entry}:Name is missing. Say who has it: it stands in the records of what is done with it.";
        }

        if (!Fingerprint.IsValid(credential.Hash))
        {
            yield return $"{entry}:Hash is not a SHA-256 in hex. Make it by: {howToHash}";
        }

        if (credential.Scopes.Count == 0)
        {
            yield return $"{entry}:Scopes is missing. List what it is for, of: {string.Join(", ", AdminScope.All)}.";
        }

        foreach (var scope in credential.Scopes.Where(scope => !AdminScope.All.Contains(scope, StringComparer.Ordinal)))
        {
            yield return $"{entry}:Scopes has '{scope}', which is not known. Use: {string.Join(", ", AdminScope.All)}.";
        }
    }

    private static IEnumerable<string> Repeated(string section, IList<AdminCredentialOptions> credentials) => credentials
        .GroupBy(credential => Fingerprint.Normalize(credential.Hash), StringComparer.Ordinal)
        .Where(group => group.Count() > 1)
        .Select(group => $"{section} has one hash for {string.Join(" and ", group.Select(credential => $"'{credential.Name}'"))}. Give each one of its own.");
}
