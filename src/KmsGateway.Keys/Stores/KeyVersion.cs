using KmsGateway.Keys.Providers;

namespace KmsGateway.Keys.Stores;

/// <summary>One version of a tenant's signing key or seed, without its secret.</summary>
internal sealed record KeyVersion
{
    public required Guid Id { get; init; }

    public required string Kid { get; init; }

    public required string Tenant { get; init; }

    /// <summary><see cref="KeyPurpose.Signing"/>, as documents have it that do not say, or <see cref="KeyPurpose.Encryption"/>.</summary>
    public string Purpose { get; init => field = value ?? KeyPurpose.Signing; } = KeyPurpose.Signing;

    public required string Algorithm { get; init; }

    /// <summary>Empty: a seed, which has none.</summary>
    public required byte[] PublicKey { get; init; }

    public required KeyStage Stage { get; init; }

    /// <summary>Whether a gateway made it and not the KMS.</summary>
    public required bool MadeLocally { get; init; }

    /// <summary>Why it was made.</summary>
    public required string Reason { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>From when on it shall be used.</summary>
    public DateTimeOffset? ActivateAt { get; init; }

    public DateTimeOffset? TestedAt { get; init; }

    public DateTimeOffset? ActivatedAt { get; init; }

    public DateTimeOffset? DeactivatedAt { get; init; }

    public DateTimeOffset? RevokedAt { get; init; }

    /// <summary>When the wraps of its secret were deleted.</summary>
    public DateTimeOffset? DestroyedAt { get; init; }
}
