namespace KmsGateway.Proxy.Protection;

/// <summary>One entry of <c>Encryption:Tenants</c>.</summary>
internal sealed class TenantEncryption
{
    public string Tenant { get; set; } = string.Empty;

    /// <value>In the place of <c>Encryption:Attributes</c>; empty: nothing of this tenant is encrypted.</value>
    public IList<string> Attributes { get; } = [];
}
