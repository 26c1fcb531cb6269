namespace KmsGateway.Evidence.Verification;

/// <summary>What a verifier finds about one span.</summary>
public enum Verdict
{
    Verified = 0,
    VerifiedWithAdditions,

    /// <summary>The same span with the same content was verified before.</summary>
    Duplicate,

    /// <summary>A span with the same ids but other content was verified before.</summary>
    Conflict,

    Altered,
    BadSignature,
    MalformedSignature,
    InsufficientCoverage,
    WrongTenant,
    KeyNotValidAt,
    KeyRevoked,
    UnknownKey,
    Unsigned,
    UnsupportedVersion,

    /// <summary>The signature holds; the store is known not to give back what would have to be compared.</summary>
    LossyStore,
}
