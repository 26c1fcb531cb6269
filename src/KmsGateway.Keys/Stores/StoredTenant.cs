namespace KmsGateway.Keys.Stores;

/// <summary>A tenant that was added while gateways ran, or one of their settings that has a key.</summary>
/// <param name="AddedByApi">It is known to every gateway; the others are known to those whose settings list them.</param>
internal sealed record StoredTenant(string Id, DateTimeOffset CreatedAt, bool AddedByApi, DateTimeOffset? RemovedAt);
