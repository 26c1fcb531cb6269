namespace KmsGateway.Evidence.Encryption;

/// <summary>Why a decrypted value cannot be put back where the encrypted one stood.</summary>
public enum RestoreRefusal
{
    /// <summary>It can.</summary>
    None = 0,

    /// <summary>It is a KeyValue as it came in the other encoding, and has no form in this one.</summary>
    OtherEncoding,

    /// <summary>Its KeyValue holds more than a key and a text: somebody has added to what the gateway wrote.</summary>
    MoreThanAValue,
}
