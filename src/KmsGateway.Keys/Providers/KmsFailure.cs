namespace KmsGateway.Keys.Providers;

/// <summary>Why a KMS did not do what it was asked.</summary>
internal enum KmsFailure
{
    /// <summary>It could not be reached, or does not work. Later may be better.</summary>
    Unavailable = 0,

    /// <summary>It refused this caller.</summary>
    Denied = 1,

    /// <summary>It does not have the key that wrapped the secret.</summary>
    NotFound = 2,

    /// <summary>The wrap is not authentic, or was made under another context, or does not hold what it should.</summary>
    InvalidCiphertext = 3,

    /// <summary>Its set-up is one the gateway refuses to work with, or its credentials are not accepted.</summary>
    Misconfigured = 4,

    /// <summary>It is asked too often by this account.</summary>
    Throttled = 5,

    /// <summary>A quota is used up; it may not be a passing one.</summary>
    LimitExceeded = 6,

    /// <summary>Somebody has switched off the key that wrapped the secret, or it is about to be deleted.</summary>
    Disabled = 7,

    /// <summary>It was not asked: it failed too often a moment ago.</summary>
    CircuitOpen = 8,

    /// <summary>It gave no answer in the time it has.</summary>
    TimedOut = 9,
}
