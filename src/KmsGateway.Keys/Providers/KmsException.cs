namespace KmsGateway.Keys.Providers;

/// <summary>A failed KMS operation. The message holds no secret and no path.</summary>
internal sealed class KmsException(KmsFailure failure, string message, Exception? innerException = null)
    : Exception(message, innerException)
{
    public KmsFailure Failure { get; } = failure;

    /// <summary>The failure as health answers name it.</summary>
    public static string Code(KmsFailure failure) => failure switch
    {
        KmsFailure.Unavailable => "unavailable",
        KmsFailure.Denied => "denied",
        KmsFailure.NotFound => "not-found",
        KmsFailure.InvalidCiphertext => "invalid-ciphertext",
        KmsFailure.Misconfigured => "misconfigured",
        KmsFailure.Throttled => "throttled",
        KmsFailure.LimitExceeded => "limit-exceeded",
        KmsFailure.Disabled => "disabled",
        KmsFailure.CircuitOpen => "circuit-open",
        KmsFailure.TimedOut => "timeout",
        _ => throw new ArgumentOutOfRangeException(nameof(failure)),
    };
}
