namespace KmsGateway.Keys.Stores;

/// <summary>Where a key stands on its way. The trust chain tells the world of the stages from <see cref="Published"/> on.</summary>
internal enum KeyStage
{
    /// <summary>Made, and not yet tried.</summary>
    Pending = 0,

    /// <summary>Known to verifiers, waiting for its time.</summary>
    Published = 1,

    /// <summary>Signs.</summary>
    Active = 2,

    /// <summary>Signs no more; what it signed stays valid.</summary>
    Retired = 3,

    /// <summary>Withdrawn.</summary>
    Revoked = 4,

    /// <summary>Did not pass its test; nobody ever relied on it.</summary>
    Failed = 5,
}
