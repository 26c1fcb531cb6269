namespace KmsGateway.Keys.Probing;

/// <summary>What the probe thinks of the KMS.</summary>
public enum ProbeState
{
    /// <summary>It has not answered since the start, but has not failed often enough either.</summary>
    Unknown = 0,

    Up = 1,

    Down = 2,
}
