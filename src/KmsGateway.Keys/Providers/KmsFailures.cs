namespace KmsGateway.Keys.Providers;

/// <summary>What each failure means: for the one who asks again, for the circuit, for a key that is in the cache.</summary>
internal static class KmsFailures
{
    /// <summary>The KMS does not work. Anything else is an answer, and an answer shows that it does.</summary>
    public static bool IsOutage(KmsFailure failure) =>
        failure is KmsFailure.Unavailable or KmsFailure.TimedOut or KmsFailure.Throttled or KmsFailure.LimitExceeded or KmsFailure.CircuitOpen;

    /// <summary>Whether to try once more after so many retries.</summary>
    public static bool MayRetry(KmsFailure failure, int retries) => failure switch
    {
        KmsFailure.Unavailable or KmsFailure.TimedOut or KmsFailure.Throttled => true,
        KmsFailure.LimitExceeded => retries == 0,
        _ => false,
    };

    /// <summary>The KMS refuses this key, now and in the next minutes: it may not be used any longer.</summary>
    public static bool IsRefusal(KmsFailure failure) =>
        failure is KmsFailure.Denied or KmsFailure.Disabled or KmsFailure.NotFound or KmsFailure.InvalidCiphertext;

    /// <summary>Believed when it is said twice: permissions take seconds to reach all of a KMS when somebody changes them.</summary>
    public static bool NeedsConfirmation(KmsFailure failure) => failure == KmsFailure.Denied;
}
