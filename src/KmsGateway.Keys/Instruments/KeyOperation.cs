namespace KmsGateway.Keys.Instruments;

/// <summary>What may fail for a tenant, as <c>kms_errors_total</c> names it in <c>operation</c>.</summary>
internal static class KeyOperation
{
    /// <summary>Those of keys that belong to a tenant.</summary>
    public static readonly string[] All = [.. OfTenants(KeyKind.Signing), .. OfTenants(KeyKind.Encryption)];

    /// <param name="kind">One of <see cref="KeyKind"/>.</param>
    public static string Retrieve(string kind) => $"retrieve_{kind}_key";

    /// <inheritdoc cref="Retrieve"/>
    public static string Refresh(string kind) => $"refresh_{kind}_key";

    /// <inheritdoc cref="Retrieve"/>
    public static string Rotate(string kind) => $"rotate_{kind}_key";

    private static string[] OfTenants(string kind) => [Retrieve(kind), Refresh(kind), Rotate(kind)];
}
