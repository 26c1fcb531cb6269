namespace KmsGateway.Keys.Options;

/// <summary>A tenant with a list of attributes of its own, in place of that for all.</summary>
internal sealed class EncryptionListEntry
{
    public string Tenant { get; set; } = "";

    /// <summary>None: nothing is encrypted for this tenant.</summary>
    public IList<string> Attributes { get; set; } = [];
}
