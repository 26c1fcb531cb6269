namespace KmsGateway.Evidence.Verification;

/// <summary>Whether a span with the same ids has been verified before.</summary>
public enum Repetition
{
    None = 0,

    /// <summary>With the same content, perhaps under another statement.</summary>
    SameContent,

    /// <summary>With other content only.</summary>
    OtherContent,
}
