namespace KmsGateway.Keys.Providers;

/// <summary>What a wrapped secret is for.</summary>
internal static class KeyPurpose
{
    /// <summary>A tenant's spans.</summary>
    public const string Signing = "signing";

    /// <summary>A tenant's attribute values: the secret is a seed.</summary>
    public const string Encryption = "encryption";

    /// <summary>The installation's trust chain.</summary>
    public const string Root = "root";

    /// <summary>Nothing but being unwrapped, to see that the KMS works.</summary>
    public const string Canary = "canary";
}
