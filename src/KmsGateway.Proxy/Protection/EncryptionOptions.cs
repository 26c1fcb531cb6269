namespace KmsGateway.Proxy.Protection;

/// <summary>Section <c>Encryption</c>: which attributes of spans, events and links leave with encrypted values.</summary>
internal sealed class EncryptionOptions
{
    public const string Section = "Encryption";
    public const string Compliance = "compliance";
    public const string All = "all";

    /// <value>Keys: a key, or <c>prefix.*</c>. Default none.</value>
    public IList<string> Attributes { get; } = [];

    /// <value>
    /// <c>compliance</c>, the default: those of compliance spans; <c>all</c>: of every span, which then is looked at although it is not signed.
    /// </value>
    public string Spans { get; set; } = Compliance;

    /// <value>Tenants with other keys than <see cref="Attributes"/>.</value>
    public IList<TenantEncryption> Tenants { get; } = [];
}
