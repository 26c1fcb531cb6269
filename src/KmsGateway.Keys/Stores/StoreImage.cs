namespace KmsGateway.Keys.Stores;

/// <summary>A key store as a document: wrapped keys, public keys, the trust chain, policies. Nothing in it is secret without the KMS.</summary>
internal sealed record StoreImage
{
    public required string StoreId { get; init; }

    public required StoredRoot Root { get; init; }

    public StoredCanary? Canary { get; init; }

    public required IReadOnlyList<StoredTenant> Tenants { get; init; }

    public required IReadOnlyList<StoredKey> Keys { get; init; }

    public required IReadOnlyList<StoredEvent> Events { get; init; }

    public required IReadOnlyList<StoredPolicy> Policies { get; init; }
}
