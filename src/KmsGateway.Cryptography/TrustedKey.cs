namespace KmsGateway.Cryptography;

/// <summary>A tenant's signing key as the trust chain leaves it.</summary>
public sealed record TrustedKey(
    VerificationKey Key,
    string Tenant,
    KeyStatus Status,
    ulong NotBefore,
    ulong? Expires,
    string? Reason,
    ulong? RevokedAt)
{
    /// <summary>Whether a statement made at this time lies within the key's validity. Revocation is another question.</summary>
    public bool IsValidAt(ulong time) => time >= NotBefore && (Expires is not { } expires || time < expires);

    /// <summary>Whether a revocation takes the force of a statement made at this time.</summary>
    /// <remarks>A thief of the key backdates what he signs: after a compromise the time proves nothing.</remarks>
    public bool IsRevokedFor(ulong time) =>
        Status == KeyStatus.Revoked
        && (Reason is not KeyEvent.Superseded || RevokedAt is not { } revokedAt || time >= revokedAt);

    internal static TrustedKey From(KeyEvent keyEvent) => new(
        keyEvent.Key, keyEvent.Tenant, keyEvent.Status, keyEvent.NotBefore, keyEvent.Expires, keyEvent.Reason, keyEvent.RevokedAt);
}
