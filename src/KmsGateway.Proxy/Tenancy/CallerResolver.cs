using KmsGateway.Evidence.Signing;
using KmsGateway.Keys;
using KmsGateway.Proxy.Rejections;
using KmsGateway.Proxy.Tenancy.Credentials;
using Microsoft.Extensions.Options;

namespace KmsGateway.Proxy.Tenancy;

/// <summary>Finds who sends, by credentials. Where none is set up, in Development alone, a name in a header is believed.</summary>
internal sealed class CallerResolver(
    IEnumerable<ICredentialCheck> checks, TenantKeys keys, IOptions<TenancyOptions> options, IHostEnvironment environment)
{
    public const string Header = "X-Scope-OrgID";
    public const string DevelopmentTenant = "default";

    private readonly ICredentialCheck[] _all = [.. checks];
    private readonly bool _spansNameTenants = options.Value.Attribute.Length > 0;

    // Asked anew for each request: the first API key may come while the gateway runs.
    private IEnumerable<ICredentialCheck> Checks => _all.Where(check => check.IsConfigured);

    /// <exception cref="RejectionException">The caller may not send as this tenant, or as any.</exception>
    public async ValueTask<Caller> ResolveAsync(HttpContext context)
    {
        if (!Checks.Any())
        {
            return environment.IsDevelopment()
                ? new Caller(TenantAllowList.Any, DevelopmentTenantOf(context.Request))
                : throw new RejectionException(RejectionReason.Unauthenticated, "this gateway knows no credentials; ask its operator");
        }

        var tenants = await CheckAsync(context);
        foreach (var check in Checks)
        {
            check.Remove(context.Request);
        }

        return new Caller(tenants, TenantOf(context.Request, tenants));
    }

    // Each that is there must be good: one that is not is a mistake or an attack, and no reason to look at the next.
    private async ValueTask<TenantAllowList> CheckAsync(HttpContext context)
    {
        TenantAllowList? tenants = null;
        foreach (var check in Checks)
        {
            if (await check.CheckAsync(context) is { } allowed)
            {
                tenants = tenants?.And(allowed) ?? allowed;
            }
        }

        return tenants ?? throw new RejectionException(
            RejectionReason.Unauthenticated, $"the request has no credential; send {string.Join(" or ", Checks.Select(check => check.Name))}");
    }

    private RequestTenant? TenantOf(HttpRequest request, TenantAllowList tenants)
    {
        var only = tenants.Only(keys.Tenants);
        if (NamedIn(request) is { } named)
        {
            // Whether there is such a tenant is nobody's business who may not use it.
            return tenants.Contains(named) && keys.IsKnown(named)
                ? new RequestTenant(named, named == only ? TenantSource.Credential : TenantSource.Header)
                : throw NotAllowed($"{Header} names no tenant that this caller may use");
        }

        // One that was added a moment ago has no policy yet, and its spans would go on as nobody's.
        return only is not null && keys.IsKnown(only)
            ? new RequestTenant(only, TenantSource.Credential)
            : NoneOf($"this caller may use several tenants, or none: name one in {Header}");
    }

    private RequestTenant? DevelopmentTenantOf(HttpRequest request)
    {
        if (NamedIn(request) is { } named)
        {
            // What is not known is not repeated: the text would go into a log.
            return keys.IsKnown(named)
                ? new RequestTenant(named, TenantSource.Header)
                : throw NotAllowed($"{Header} names a tenant that this gateway does not have; add it to Tenancy:Tenants");
        }

        return keys.IsKnown(DevelopmentTenant)
            ? new RequestTenant(DevelopmentTenant, TenantSource.Default)
            : NoneOf($"there is no tenant '{DevelopmentTenant}'; name one in {Header}, or add it to Tenancy:Tenants");
    }

    private static string? NamedIn(HttpRequest request)
    {
        var values = request.Headers[Header];
        return values.Count switch
        {
            0 => null,
            1 => values.ToString(),
            _ => throw NotAllowed($"{Header} stands more than once"),
        };
    }

    private RequestTenant? NoneOf(string message) => _spansNameTenants ? null : throw NotAllowed(message);

    private static RejectionException NotAllowed(string message) => new(RejectionReason.TenantNotAllowed, message);
}
