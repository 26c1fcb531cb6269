namespace KmsGateway.Keys.Options;

/// <summary>What section <c>Encryption</c> says of who needs seeds. How values are encrypted is not this project's concern.</summary>
internal sealed class EncryptionListOptions
{
    public const string Section = "Encryption";

    /// <summary>The attributes that are encrypted for every tenant that has no entry of its own. None: nothing is.</summary>
    public IList<string> Attributes { get; set; } = [];

    public IList<EncryptionListEntry> Tenants { get; set; } = [];
}
