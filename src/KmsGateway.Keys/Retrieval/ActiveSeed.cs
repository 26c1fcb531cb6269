namespace KmsGateway.Keys.Retrieval;

/// <summary>The seed a tenant encrypts with, by what the store says. The KMS decides whether it is this tenant's.</summary>
/// <param name="Since">When it came into use.</param>
internal sealed record ActiveSeed(Guid Id, string Kid, string Tenant, DateTimeOffset Since);
