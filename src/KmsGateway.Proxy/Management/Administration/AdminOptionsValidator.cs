using KmsGateway.Proxy.Tenancy.Credentials;
using Microsoft.Extensions.Options;

namespace KmsGateway.Proxy.Management.Administration;

internal sealed class AdminOptionsValidator(IConfiguration configuration) : IValidateOptions<AdminOptions>
{
    public ValidateOptionsResult Validate(string? name, AdminOptions options)
    {
        string[] problems = [.. Shape(), .. options.Tokens.SelectMany(Problems), .. Repeated(options)];
        return problems.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    // The binder passes over entries that are plain values, and would leave the gateway without tokens.
    private IEnumerable<string> Shape()
    {
        var section = configuration.GetSection($"{AdminOptions.Section}:Tokens");
        if (section.Value is not null || section.GetChildren().Any(entry => !entry.GetChildren().Any()))
        {
            yield return "Admin:Tokens is not a list of entries. Give each Name, Hash and Scopes, or leave the section out.";
        }
    }

    private static IEnumerable<string> Problems(AdminTokenOptions token, int i)
    {
        if (string.IsNullOrWhiteSpace(token.Name))
        {
            yield return $"Admin:Tokens:{i}:Name is missing. Say who has the token: it stands in the records of what is done with it.";
        }

        if (!Fingerprint.IsValid(token.Hash))
        {
            yield return $"Admin:Tokens:{i}:Hash is not a SHA-256 in hex. Make it by: printf %s \"$TOKEN\" | sha256sum";
        }

        if (token.Scopes.Count == 0)
        {
            yield return $"Admin:Tokens:{i}:Scopes is missing. List what the token is for, of: {string.Join(", ", AdminScope.All)}.";
        }

        foreach (var scope in token.Scopes.Where(scope => !AdminScope.All.Contains(scope, StringComparer.Ordinal)))
        {
            yield return $"Admin:Tokens:{i}:Scopes has '{scope}', which is not known. Use: {string.Join(", ", AdminScope.All)}.";
        }
    }

    private static IEnumerable<string> Repeated(AdminOptions options) => options.Tokens
        .GroupBy(token => Fingerprint.Normalize(token.Hash), StringComparer.Ordinal)
        .Where(group => group.Count() > 1)
        .Select(group => $"Admin:Tokens has one hash for {string.Join(" and ", group.Select(token => $"'{token.Name}'"))}. Give each a token of its own.");
}
