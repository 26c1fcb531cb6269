namespace KmsGateway.Evidence.Encryption;

/// <summary>Why an encrypted value is not opened (docs/format.md, E-12), in the order in which it is looked for.</summary>
public enum DecryptionRefusal
{
    /// <summary>It is.</summary>
    None = 0,

    /// <summary>It is said to be of another tenant than the one whose key it names.</summary>
    WrongTenant,

    /// <summary>It was encrypted for another place, under another key, or was changed.</summary>
    WrongPlace,

    /// <summary>What was encrypted is not the value of an attribute.</summary>
    NotAValue,
}
