using KmsGateway.Evidence.Signing;

namespace KmsGateway.Proxy.Protection;

/// <summary>What a tenant's statements name, and what becomes of its spans where there is no statement.</summary>
internal sealed record TenantPolicy(SigningPolicy Signing, EnforcementMode Mode);
