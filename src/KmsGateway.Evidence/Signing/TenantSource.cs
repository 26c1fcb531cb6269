namespace KmsGateway.Evidence.Signing;

/// <summary>Where a gateway took the tenant of a span from.</summary>
public enum TenantSource
{
    Credential = 0,
    Header,
    Attribute,

    /// <summary>Development: nothing named a tenant.</summary>
    Default,
}
