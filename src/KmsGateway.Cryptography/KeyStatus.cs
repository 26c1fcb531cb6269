namespace KmsGateway.Cryptography;

/// <summary>Where a signing key stands in its life. It only moves down this list.</summary>
public enum KeyStatus
{
    /// <summary>Known to verifiers, not yet used to sign.</summary>
    Published = 0,

    /// <summary>Signs.</summary>
    Active = 1,

    /// <summary>Signs no more; what it signed stays valid.</summary>
    Retired = 2,

    /// <summary>Withdrawn: see the reason of its event.</summary>
    Revoked = 3,
}
