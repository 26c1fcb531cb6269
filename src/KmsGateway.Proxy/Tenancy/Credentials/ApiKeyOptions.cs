namespace KmsGateway.Proxy.Tenancy.Credentials;

/// <summary>One entry of <c>Tenancy:ApiKeys</c>.</summary>
internal sealed class ApiKeyOptions
{
    /// <value>Tells people which key it is.</value>
    public string Name { get; set; } = string.Empty;

    /// <value>SHA-256 of the key in hex: <c>printf %s "$KEY" | sha256sum</c>. The key itself is random, 128 bits or more.</value>
    public string Hash { get; set; } = string.Empty;

    /// <value>Tenants, or <c>*</c>.</value>
    public IList<string> Tenants { get; } = [];
}
