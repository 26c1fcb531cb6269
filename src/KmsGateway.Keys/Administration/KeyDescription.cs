namespace KmsGateway.Keys.Administration;

/// <summary>One version of a tenant's key, as operators see it.</summary>
/// <param name="Purpose"><c>signing</c>, or <c>encryption</c>: a seed.</param>
/// <param name="Stage"><c>pending</c>, <c>published</c>, <c>active</c>, <c>retired</c>, <c>revoked</c> or <c>failed</c>.</param>
/// <param name="Trusted">Whether the trust chain knows it in this stage. A key that is active and not trusted was written by somebody else.
/// Of seeds the chain knows nothing, the KMS vouches for them at each use: false where the kid is not the row's id, which no gateway writes.</param>
/// <param name="Origin"><c>kms</c>: the KMS made it; <c>local</c>: a gateway did.</param>
/// <param name="ActivateAt">From when on it shall be used.</param>
/// <param name="ReplaceAt">When its successor shall take over; null unless it is active.</param>
/// <param name="DestroyedAt">When its secret was destroyed: of a seed, when it was shredded.</param>
public sealed record KeyDescription(
    string Kid,
    string Tenant,
    string Purpose,
    string Algorithm,
    string Stage,
    bool Trusted,
    string Origin,
    string Reason,
    DateTimeOffset CreatedAt,
    DateTimeOffset? ActivateAt,
    DateTimeOffset? ActivatedAt,
    DateTimeOffset? ReplaceAt,
    DateTimeOffset? DeactivatedAt,
    DateTimeOffset? RevokedAt,
    DateTimeOffset? DestroyedAt);
