using System.Security.Claims;
using KmsGateway.Proxy.Rejections;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;
using Microsoft.Net.Http.Headers;

namespace KmsGateway.Proxy.Tenancy.Credentials;

/// <summary>A bearer token of the operator's identity provider, checked by ASP.NET's own handler.</summary>
internal sealed partial class JwtCheck(
    IOptions<TenancyOptions> options, IOptionsMonitor<JwtBearerOptions> bearer, TimeProvider time, ILogger<JwtCheck> logger) : ICredentialCheck
{
    // Less than senders wait for an answer.
    private static readonly TimeSpan ProviderLimit = TimeSpan.FromSeconds(3);

    private readonly JwtOptions? _jwt = options.Value.Jwt;
    private readonly Lock _lock = new();
    private Task _fetch = Task.CompletedTask;
    private long? _lookedForNewKeys;

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
            ThrowIfKeyMayBeNew(result.Failure);

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
            await FetchAsync(provider).WaitAsync(ProviderLimit, time, cancellationToken);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            LogProviderAway(failure.GetBaseException().Message);
            throw new RejectionException(
                RejectionReason.CredentialUnchecked, "the token cannot be checked now, because its issuer's keys are not known; send again");
        }
    }

    // The handler has just asked the provider for its keys, in the background: until they are here a token by a new key is not invalid. Once
    // in a while only, or tokens by keys that do not exist would be retried for ever.
    private void ThrowIfKeyMayBeNew(Exception? failure)
    {
        if (failure is not SecurityTokenSignatureKeyNotFoundException || _jwt!.Authority.Length == 0)
        {
            return;
        }

        lock (_lock)
        {
            if (_lookedForNewKeys is { } last && time.GetElapsedTime(last) < JwtBearerSetup.RefreshInterval)
            {
                return;
            }

            _lookedForNewKeys = time.GetTimestamp();
        }

        throw new RejectionException(RejectionReason.CredentialUnchecked, "the token's key is not known yet; send again");
    }

    // One fetch for all who wait: the manager lets them fetch one after the other, each for as long as the provider is silent.
    private Task FetchAsync(IConfigurationManager<OpenIdConnectConfiguration> provider)
    {
        lock (_lock)
        {
            return _fetch.IsCompleted ? _fetch = provider.GetConfigurationAsync(CancellationToken.None) : _fetch;
        }
    }

    [LoggerMessage(4072, LogLevel.Debug, "A bearer token was refused: {Reason}.")]
    private partial void LogNotValid(string reason);

    [LoggerMessage(4073, LogLevel.Error, "The keys of Tenancy:Jwt:Authority cannot be fetched, so that no token can be checked: {Reason}")]
    private partial void LogProviderAway(string reason);
}
