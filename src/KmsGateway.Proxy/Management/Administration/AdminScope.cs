namespace KmsGateway.Proxy.Management.Administration;

/// <summary>What a token is for.</summary>
internal static class AdminScope
{
    /// <summary>Looks, and changes nothing.</summary>
    public const string Read = "read";

    /// <summary>Rotates, revokes, exports and imports keys.</summary>
    public const string Keys = "keys";

    /// <summary>Adds and removes tenants.</summary>
    public const string Tenants = "tenants";

    public static IReadOnlyList<string> All { get; } = [Read, Keys, Tenants];
}
