namespace KmsGateway.Keys.Resilience;

internal enum AttemptOutcome
{
    Success,
    Failure,

    /// <summary>The caller gave up: nobody knows what it would have been.</summary>
    Cancelled,
}
