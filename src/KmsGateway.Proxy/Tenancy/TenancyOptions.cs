using KmsGateway.Proxy.Tenancy.Credentials;

namespace KmsGateway.Proxy.Tenancy;

/// <summary>Section <c>Tenancy</c>: who may send as which tenant. Its <c>Tenants</c> are one of the keys' settings.</summary>
/// <remarks>
/// A caller may present several credentials; it may use the tenants that all of them allow. Without any of the three mechanisms the gateway
/// starts in Development only, and believes <c>X-Scope-OrgID</c>.
/// </remarks>
internal sealed class TenancyOptions
{
    public const string Section = "Tenancy";

    /// <summary>In lists of tenants: all that there are.</summary>
    public const string AllTenants = "*";

    /// <value>
    /// The key of a span or resource attribute that names the tenant of each span, for example <c>compliance.tenantId</c>; the caller must
    /// be allowed that tenant too. Empty, the default: the spans of a request are of one tenant.
    /// </value>
    public string Attribute { get; set; } = string.Empty;

    /// <value>Callers known by a secret in <c>X-Api-Key</c>. Taken over while the gateway runs.</value>
    public IList<ApiKeyOptions> ApiKeys { get; } = [];

    /// <value>Callers known by a token in <c>Authorization</c>; null, the default: tokens are not looked at.</value>
    public JwtOptions? Jwt { get; set; }

    /// <value>Callers known by their TLS client certificate, which <c>Tls:ClientCa</c> has to vouch for.</value>
    public IList<CertificateOptions> Certificates { get; } = [];
}
