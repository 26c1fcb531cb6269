namespace KmsGateway.Keys;

internal static class KeyFailureCodes
{
    /// <summary>The failure as traces name it.</summary>
    public static string Code(this KeyFailure failure) => failure switch
    {
        KeyFailure.UnknownTenant => "unknown-tenant",
        KeyFailure.NoKey => "no-key",
        KeyFailure.Unavailable => "unavailable",
        KeyFailure.Denied => "denied",
        KeyFailure.NotValidNow => "not-valid-now",
        KeyFailure.Shredded => "shredded",
        _ => throw new ArgumentOutOfRangeException(nameof(failure)),
    };
}
