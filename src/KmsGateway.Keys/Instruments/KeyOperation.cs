namespace KmsGateway.Keys.Instruments;

/// <summary>What may fail for a tenant, as <c>kms_errors_total</c> names it in <c>operation</c>.</summary>
internal static class KeyOperation
{
    public const string RetrieveSigningKey = "retrieve_signing_key";
    public const string RefreshSigningKey = "refresh_signing_key";
    public const string RotateSigningKey = "rotate_signing_key";

    public static readonly string[] All = [RetrieveSigningKey, RefreshSigningKey, RotateSigningKey];
}
