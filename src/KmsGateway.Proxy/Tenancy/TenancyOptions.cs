namespace KmsGateway.Proxy.Tenancy;

/// <summary>Section <c>Tenancy</c>: who may send as which tenant. Its <c>Tenants</c> are one of the keys' settings.</summary>
internal sealed class TenancyOptions
{
    public const string Section = "Tenancy";

    /// <value>
    /// The key of a span or resource attribute that names the tenant of each span, for example <c>compliance.tenantId</c>; the caller must
    /// be allowed that tenant too. Empty, the default: the spans of a request are of one tenant.
    /// </value>
    public string Attribute { get; set; } = string.Empty;
}
