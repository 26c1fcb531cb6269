namespace KmsGateway.Keys.Stores;

/// <summary>What the database says a tenant signs with. It is a claim: the trust chain decides whether it is a key.</summary>
/// <param name="Since">When it began to sign.</param>
internal sealed record ActiveKeyRow(string Tenant, Guid Id, string Kid, DateTimeOffset Since);
