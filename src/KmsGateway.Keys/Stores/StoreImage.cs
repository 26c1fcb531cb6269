using KmsGateway.Keys.Audit;

namespace KmsGateway.Keys.Stores;

/// <summary>A key store as a document: wrapped keys and seeds, public keys, the trust chain, policies, the audit trail. Nothing in it is secret without the KMS.</summary>
internal sealed record StoreImage
{
    public required string StoreId { get; init; }

    public required StoredRoot Root { get; init; }

    public StoredCanary? Canary { get; init; }

    public required IReadOnlyList<StoredTenant> Tenants { get; init; }

    public required IReadOnlyList<StoredKey> Keys { get; init; }

    public required IReadOnlyList<StoredEvent> Events { get; init; }

    public required IReadOnlyList<StoredPolicy> Policies { get; init; }

    /// <summary>The audit trail; null in documents of versions that had none.</summary>
    public IReadOnlyList<StoredAudit>? Audit { get; init; }
}
