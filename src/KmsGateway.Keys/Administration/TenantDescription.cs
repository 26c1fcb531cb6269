namespace KmsGateway.Keys.Administration;

/// <summary>A tenant of this gateway.</summary>
/// <param name="Origin"><c>configuration</c>: this gateway's settings list it; <c>api</c>: it was added while gateways ran.</param>
/// <param name="Kid">The key it signs with now; null until it has one.</param>
public sealed record TenantDescription(string Tenant, string Origin, string? Kid);
