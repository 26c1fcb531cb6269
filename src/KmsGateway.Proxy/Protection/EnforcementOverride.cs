namespace KmsGateway.Proxy.Protection;

/// <summary>A mode that somebody has set for a tenant for a while, in the place of the configured one.</summary>
internal sealed record EnforcementOverride(string Tenant, EnforcementMode Mode, string Actor, string Reason, DateTimeOffset Until);
