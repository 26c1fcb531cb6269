namespace KmsGateway.Keys.Stores;

/// <summary>A document that statements name by its hash.</summary>
internal sealed record StoredPolicy(string Id, byte[] Json, DateTimeOffset FirstUsedAt);
