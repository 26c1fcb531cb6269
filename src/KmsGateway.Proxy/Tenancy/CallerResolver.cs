using KmsGateway.Evidence.Signing;
using KmsGateway.Keys;
using KmsGateway.Proxy.Rejections;

namespace KmsGateway.Proxy.Tenancy;

/// <summary>Finds who sends. A name that a caller writes into a header is believed in Development alone.</summary>
internal sealed class CallerResolver(TenantKeys keys, IHostEnvironment environment)
{
    public const string Header = "X-Scope-OrgID";
    public const string DevelopmentTenant = "default";

    /// <exception cref="CallerException">The caller may not send as this tenant, or as any.</exception>
    public Caller Resolve(HttpRequest request)
    {
        if (!environment.IsDevelopment())
        {
            throw new CallerException(
                RejectionReason.Unauthenticated, "the request has no credential that this gateway knows; ask its operator for one");
        }

        var values = request.Headers[Header];
        var (tenant, source) = values.Count switch
        {
            0 => (DevelopmentTenant, TenantSource.Default),
            1 => (values.ToString(), TenantSource.Header),
            _ => throw NotAllowed($"{Header} stands more than once"),
        };

        // What is not known is not repeated: the text would go into a log.
        return keys.IsKnown(tenant)
            ? new Caller(TenantAllowList.Any, new RequestTenant(tenant, source))
            : throw NotAllowed(source == TenantSource.Header
                ? $"{Header} names a tenant that this gateway does not have; add it to Tenancy:Tenants"
                : $"there is no tenant '{DevelopmentTenant}'; name one in {Header}, or add it to Tenancy:Tenants");
    }

    private static CallerException NotAllowed(string message) => new(RejectionReason.TenantNotAllowed, message);
}
