namespace KmsGateway.Keys.Stores;

/// <summary>
/// What the database says a tenant signs or encrypts with. It is a claim: the trust chain decides whether it is a signing key, the KMS whether
/// it is a seed of this tenant.
/// </summary>
/// <param name="Since">When it began to.</param>
internal sealed record ActiveKeyRow(string Tenant, string Purpose, Guid Id, string Kid, DateTimeOffset Since);
