namespace KmsGateway.Keys.Options;

/// <summary>An entry of <c>Kms:OtherRegions</c>: where keys can be unwrapped, too, when the first Region does not answer.</summary>
internal sealed class AwsRegionOptions
{
    /// <value>Such as <c>eu-west-1</c>.</value>
    public string Region { get; set; } = "";

    /// <summary>The symmetric key there: the replica of a multi-Region key, or, with <c>Kms:KeyPairs=local</c>, any other.</summary>
    public string KeyId { get; set; } = "";

    /// <summary>The replica of the root key there.</summary>
    public string RootKeyId { get; set; } = "";

    /// <inheritdoc cref="KmsOptions.Endpoint"/>
    public string Endpoint { get; set; } = "";
}
