namespace KmsGateway.Keys.Stores;

/// <summary>What the database says a tenant signs with. It is a claim: the trust chain decides whether it is a key.</summary>
internal sealed record ActiveKeyRow(string Tenant, Guid Id, string Kid);
