using KmsGateway.Evidence.Signing;
using KmsGateway.Keys;
using KmsGateway.Proxy.Rejections;

namespace KmsGateway.Proxy.Protection;

/// <summary>Finds the tenant of a request. A name that a caller writes into a header is believed in Development alone.</summary>
internal sealed class TenantResolver(TenantKeys keys, IHostEnvironment environment)
{
    public const string Header = "X-Scope-OrgID";
    public const string DevelopmentTenant = "default";

    /// <exception cref="ProtectionException">The caller may not send as this tenant, or as any.</exception>
    public RequestTenant Resolve(HttpRequest request)
    {
        if (!environment.IsDevelopment())
        {
            throw new ProtectionException(
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
            ? new RequestTenant(tenant, source)
            : throw NotAllowed(source == TenantSource.Header
                ? $"{Header} names a tenant that this gateway does not have; add it to Tenancy:Tenants"
                : $"there is no tenant '{DevelopmentTenant}'; name one in {Header}, or add it to Tenancy:Tenants");
    }

    private static ProtectionException NotAllowed(string message) => new(RejectionReason.TenantNotAllowed, message);
}
