namespace KmsGateway.Evidence.Signing;

/// <summary>What the canonical form does with reserved span attributes.</summary>
public enum ReservedKeys
{
    /// <summary>Signing: they are ordinary attributes under the name the gateway gives them.</summary>
    Rename = 0,

    /// <summary>Verifying: they are the signature, not what it covers.</summary>
    LeaveOut,
}
