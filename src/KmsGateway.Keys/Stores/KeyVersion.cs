namespace KmsGateway.Keys.Stores;

/// <summary>One version of a tenant's signing key, without its private part.</summary>
internal sealed record KeyVersion
{
    public required Guid Id { get; init; }

    public required string Kid { get; init; }

    public required string Tenant { get; init; }

    public required string Algorithm { get; init; }

    public required byte[] PublicKey { get; init; }

    public required KeyStage Stage { get; init; }

    /// <summary>Whether a gateway made it and not the KMS.</summary>
    public required bool MadeLocally { get; init; }

    /// <summary>Why it was made.</summary>
    public required string Reason { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>From when on it shall sign.</summary>
    public DateTimeOffset? ActivateAt { get; init; }

    public DateTimeOffset? TestedAt { get; init; }

    public DateTimeOffset? ActivatedAt { get; init; }

    public DateTimeOffset? DeactivatedAt { get; init; }

    public DateTimeOffset? RevokedAt { get; init; }

    /// <summary>When the wraps of its private part were deleted.</summary>
    public DateTimeOffset? DestroyedAt { get; init; }
}
