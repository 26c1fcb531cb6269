using System.Collections.Frozen;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using KmsGateway.Proxy.Tenancy.Credentials;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace KmsGateway.Proxy.Management.Administration;

/// <summary>Who may do what on the management port.</summary>
internal sealed class AdminAccess(IOptions<AdminOptions> options, IHostEnvironment environment)
{
    private const int MaxLength = 1_024;

    // Found by the hash of what was sent, whose bits a caller cannot choose: how long a look takes says nothing of the tokens.
    private readonly FrozenDictionary<string, AdminTokenOptions> _byHash = options.Value.Tokens.ToFrozenDictionary(
        token => Fingerprint.Normalize(token.Hash), StringComparer.Ordinal);

    /// <summary>The name of who calls, or why it may not.</summary>
    public AdminCaller Check(HttpContext context, string scope)
    {
        if (_byHash.Count == 0)
        {
            return CheckWithoutTokens(context);
        }

        if (!AuthenticationHeaderValue.TryParse(context.Request.Headers.Authorization.ToString(), out var header)
            || !header.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase)
            || header.Parameter is not { Length: > 0 and <= MaxLength } token
            || !_byHash.TryGetValue(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token))), out var known))
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            return AdminCaller.Refused(StatusCodes.Status401Unauthorized, "Send a token of Admin:Tokens as 'Authorization: Bearer …'.");
        }

        return known.Scopes.Contains(scope, StringComparer.Ordinal)
            ? AdminCaller.Of(known.Name)
            : AdminCaller.Refused(StatusCodes.Status403Forbidden, $"The token of '{known.Name}' has not the scope '{scope}'.");
    }

    // On a developer's machine: who is on it. A page in a browser there is not: it could be anybody's (its Origin), also under a name that
    // leads to this machine (its Host).
    private AdminCaller CheckWithoutTokens(HttpContext context)
    {
        var isHere = context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address)
            && IsLoopback(context.Request.Host.Host)
            && !context.Request.Headers.ContainsKey(HeaderNames.Origin);
        return environment.IsDevelopment() && isHere
            ? AdminCaller.Of("development")
            : AdminCaller.Refused(
                StatusCodes.Status403Forbidden, "Nobody may: Admin:Tokens is empty. Add a token there to operate this gateway.");
    }

    private static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
