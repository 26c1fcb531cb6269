namespace KmsGateway.Proxy.Protection;

/// <summary>Which of a tenant's keys.</summary>
internal enum TenantKeyKind
{
    Signing = 0,
    Encryption = 1,
}
