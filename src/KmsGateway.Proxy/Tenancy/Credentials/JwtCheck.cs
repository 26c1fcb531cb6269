using System.Security.Claims;
using KmsGateway.Proxy.Rejections;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace KmsGateway.Proxy.Tenancy.Credentials;

/// <summary>A bearer token of the operator's identity provider, checked by ASP.NET's own handler.</summary>
internal sealed partial class JwtCheck(
    IOptions<TenancyOptions> options, IOptionsMonitor<JwtBearerOptions> bearer, ILogger<JwtCheck> logger) : ICredentialCheck
{
    private readonly JwtOptions? _jwt = options.Value.Jwt;

    public string Name => "a bearer token in Authorization";

    public bool IsConfigured => _jwt is not null;

    public async ValueTask<TenantAllowList?> CheckAsync(HttpContext context)
    {
        if (context.Request.Headers.Authorization.Count == 0)
        {
            return null;
        }

        await ThrowIfKeysAreUnknownAsync(context.RequestAborted);
        var result = await context.AuthenticateAsync(JwtBearerDefaults.AuthenticationScheme);
        if (!result.Succeeded)
        {
            // Why not is the operator's to know: it may say what the gateway expects.
            LogNotValid(result.Failure?.GetType().Name ?? "no bearer token");
            throw new RejectionException(RejectionReason.Unauthenticated, "Authorization has no bearer token that is valid here");
        }

        // Claims that are no strings, and what stands in objects, name nobody.
        var tenants = result.Principal.FindAll(_jwt!.Claim).Where(claim => claim.ValueType == ClaimValueTypes.String);
        return TenantAllowList.OfNames(tenants.Select(claim => claim.Value));
    }

    public void Remove(HttpRequest request) => request.Headers.Remove(HeaderNames.Authorization);

    // A provider that does not answer makes no token invalid; the handler would say so, and the sender drop its spans.
    private async ValueTask ThrowIfKeysAreUnknownAsync(CancellationToken cancellationToken)
    {
        if (bearer.Get(JwtBearerDefaults.AuthenticationScheme).ConfigurationManager is not { } provider)
        {
            return;
        }

        try
        {
            await provider.GetConfigurationAsync(cancellationToken);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            LogProviderAway(failure.GetBaseException().Message);
            throw new RejectionException(
                RejectionReason.CredentialUnchecked, "the token cannot be checked now, because its issuer's keys are not known; send again");
        }
    }

    [LoggerMessage(4072, LogLevel.Debug, "A bearer token was refused: {Reason}.")]
    private partial void LogNotValid(string reason);

    [LoggerMessage(4073, LogLevel.Error, "The keys of Tenancy:Jwt:Authority cannot be fetched, so that no token can be checked: {Reason}")]
    private partial void LogProviderAway(string reason);
}
