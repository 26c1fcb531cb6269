namespace KmsGateway.Evidence.Signing;

/// <summary>What becomes of an attribute in the canonical form.</summary>
internal enum MapEntry
{
    Covered = 0,

    /// <summary>Not in the canonical form, but its key must be unique all the same.</summary>
    Uncovered,

    /// <summary>Not there at all.</summary>
    LeftOut,
}
