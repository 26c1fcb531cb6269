namespace KmsGateway.Proxy.Management.Administration;

/// <summary>What a credential is for.</summary>
internal static class AdminScope
{
    /// <summary>Looks, and changes nothing.</summary>
    public const string Read = "read";

    /// <summary>Rotates, revokes, shreds, exports and imports keys, fills the cache, tries the KMS.</summary>
    public const string Keys = "keys";

    /// <summary>Adds and removes tenants.</summary>
    public const string Tenants = "tenants";

    /// <summary>Sets enforcement aside for a while.</summary>
    public const string Enforce = "enforce";

    /// <summary>Reads what was encrypted.</summary>
    public const string Decrypt = "decrypt";

    public static IReadOnlyList<string> All { get; } = [Read, Keys, Tenants, Enforce, Decrypt];
}
