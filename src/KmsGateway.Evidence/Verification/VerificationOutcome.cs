namespace KmsGateway.Evidence.Verification;

/// <summary>The answer of a verification as a whole: its values are the exit codes of <c>kmsgw verify</c>.</summary>
public enum VerificationOutcome
{
    Verified = 0,

    /// <summary>A span was altered, or its signature is not what it says.</summary>
    IntegrityFailure = 1,

    /// <summary>A key is unknown, a compliance span has no signature, or there is nothing to verify.</summary>
    Unverifiable = 4,
}
