namespace KmsGateway.Keys.Instruments;

/// <summary>What the KMS is called for.</summary>
internal static class KmsPurpose
{
    /// <summary>Somebody waits for a key.</summary>
    public const string Retrieve = "retrieve";

    /// <summary>A key in use is unwrapped anew before its time is over.</summary>
    public const string Refresh = "refresh";

    /// <summary>A key is made, and tried before anybody relies on it.</summary>
    public const string Create = "create";

    /// <summary>The root is looked up, or signs.</summary>
    public const string Trust = "trust";

    /// <summary>Readiness wants to know whether it works.</summary>
    public const string Probe = "probe";

    /// <summary>An operator wants to know.</summary>
    public const string Validate = "validate";
}
