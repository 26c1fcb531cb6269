namespace KmsGateway.Proxy.Protection;

/// <summary>One entry of <c>Enforcement:Tenants</c>.</summary>
internal sealed class TenantMode
{
    public string Tenant { get; set; } = string.Empty;

    /// <inheritdoc cref="EnforcementOptions.Mode"/>
    public string Mode { get; set; } = string.Empty;
}
