namespace KmsGateway.Proxy.Protection;

/// <summary>What becomes of a tenant's compliance spans. The numbers are those of the metric.</summary>
internal enum EnforcementMode
{
    /// <summary>Signed, or refused: never forwarded unsigned because a key was not available.</summary>
    Enforce = 0,

    /// <summary>Signed where possible, otherwise forwarded marked, counted and logged.</summary>
    Observe = 1,

    /// <summary>Signed for a trial; forwarded are the bytes that came in.</summary>
    DryRun = 2,
}
