namespace KmsGateway.Keys;

/// <summary>Why there is no key.</summary>
public enum KeyFailure
{
    /// <summary>There is one.</summary>
    None = 0,

    /// <summary>The tenant is not one of this gateway's. Neither the store nor the KMS was asked.</summary>
    UnknownTenant = 1,

    /// <summary>The tenant is known, but no key was made for it yet: retry. Or there is no seed of this kid.</summary>
    NoKey = 2,

    /// <summary>
    /// The KMS or the key store did not answer in time, or it is too long ago that the store said which key is the tenant's. Retry.
    /// </summary>
    Unavailable = 3,

    /// <summary>
    /// The KMS refuses the key, or the trust chain does not know the signing key as this tenant's active one. Retrying soon changes nothing.
    /// </summary>
    Denied = 4,

    /// <summary>The key exists, but the time is outside its validity: a clock is wrong, or the key has run out.</summary>
    NotValidNow = 5,

    /// <summary>The seed was destroyed, and with it every value encrypted under it. It never comes back.</summary>
    Shredded = 6,
}
