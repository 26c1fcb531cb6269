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
internal sealed class AdminAccess(IOptions<AdminOptions> options, IHostEnvironment environment, TimeProvider time)
{
    private const int MaxLength = 1_024;

    // Found by the hash of what was sent, whose bits a caller cannot choose: how long a look takes says nothing of the tokens.
    private readonly FrozenDictionary<string, AdminCredentialOptions> _tokens = ByHash(options.Value.Tokens);
    private readonly FrozenDictionary<string, AdminCredentialOptions> _certificates = ByHash(options.Value.Certificates);

    /// <summary>The name of who calls, or why it may not.</summary>
    public AdminCaller Check(HttpContext context, string scope)
    {
        if (_tokens.Count == 0 && _certificates.Count == 0)
        {
            return CheckWithoutCredentials(context);
        }

        // A credential that is sent and bad is refused, also beside another one: trying the next would hide the mistake, or the attack.
        var hasToken = context.Request.Headers.Authorization.Count > 0;
        if ((hasToken ? FindByToken(context) : FindByCertificate(context)) is not { } known)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            return AdminCaller.Refused(
                StatusCodes.Status401Unauthorized,
                "Send a token of Admin:Tokens as 'Authorization: Bearer …', or use a client certificate of Admin:Certificates.");
        }

        return known.Scopes.Contains(scope, StringComparer.Ordinal)
            ? AdminCaller.Of(known.Name)
            : AdminCaller.Refused(StatusCodes.Status403Forbidden, $"'{known.Name}' has not the scope '{scope}'.");
    }

    private static FrozenDictionary<string, AdminCredentialOptions> ByHash(IEnumerable<AdminCredentialOptions> credentials) =>
        credentials.ToFrozenDictionary(credential => Fingerprint.Normalize(credential.Hash), StringComparer.Ordinal);

    private AdminCredentialOptions? FindByToken(HttpContext context) =>
        AuthenticationHeaderValue.TryParse(context.Request.Headers.Authorization.ToString(), out var header)
        && header.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase)
        && header.Parameter is { Length: > 0 and <= MaxLength } token
            ? _tokens.GetValueOrDefault(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token))))
            : null;

    // The handshake has shown that the caller has its private key.
    private AdminCredentialOptions? FindByCertificate(HttpContext context)
    {
        var now = time.GetLocalNow().DateTime;
        return context.Connection.ClientCertificate is { } certificate && certificate.NotBefore <= now && now <= certificate.NotAfter
            ? _certificates.GetValueOrDefault(Convert.ToHexStringLower(SHA256.HashData(certificate.RawData)))
            : null;
    }

    // On a developer's machine: who is on it. A page in a browser there is not: it could be anybody's (its Origin), also under a name that
    // leads to this machine (its Host).
    private AdminCaller CheckWithoutCredentials(HttpContext context)
    {
        var isHere = context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address)
            && IsLoopback(context.Request.Host.Host)
            && !context.Request.Headers.ContainsKey(HeaderNames.Origin);
        return environment.IsDevelopment() && isHere
            ? AdminCaller.Of("development")
            : AdminCaller.Refused(
                StatusCodes.Status403Forbidden, "Nobody may: Admin:Tokens and Admin:Certificates are empty. Add one there to operate this gateway.");
    }

    private static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
