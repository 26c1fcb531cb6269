using KmsGateway.Keys.Providers;

namespace KmsGateway.Keys.Stores;

/// <summary>One version of a tenant's signing key.</summary>
internal sealed record StoredKey
{
    public required Guid Id { get; init; }

    public required string Kid { get; init; }

    public required string Tenant { get; init; }

    public required string Algorithm { get; init; }

    public required byte[] PublicKey { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required KeyWrap Wrap { get; init; }
}
