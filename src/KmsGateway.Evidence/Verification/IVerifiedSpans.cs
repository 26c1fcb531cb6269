using KmsGateway.Evidence.Signing;

namespace KmsGateway.Evidence.Verification;

/// <summary>Remembers which spans have been verified, over all inputs of one verification.</summary>
public interface IVerifiedSpans
{
    Repetition Add(Statement statement);
}
