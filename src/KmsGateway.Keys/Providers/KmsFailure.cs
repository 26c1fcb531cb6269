namespace KmsGateway.Keys.Providers;

/// <summary>Why a KMS did not do what it was asked.</summary>
internal enum KmsFailure
{
    /// <summary>It could not be reached, or gave no answer in time. Later may be better.</summary>
    Unavailable = 0,

    /// <summary>It refused this caller.</summary>
    Denied = 1,

    /// <summary>It does not have the key that wrapped the secret.</summary>
    NotFound = 2,

    /// <summary>The wrap is not authentic, or was made under another context, or does not hold what it should.</summary>
    InvalidCiphertext = 3,

    /// <summary>Its set-up is one the gateway refuses to work with.</summary>
    Misconfigured = 4,
}
