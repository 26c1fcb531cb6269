namespace KmsGateway.Proxy.Protection;

/// <summary>Section <c>Signing</c>: how compliance spans are signed.</summary>
internal sealed class SigningOptions
{
    public const string SpanMode = "span";

    /// <value><c>span</c>: one signature per span. The only mode of this version, and the default.</value>
    public string Mode { get; set; } = SpanMode;

    /// <value><c>EdDSA</c>: Ed25519. The only algorithm of this version, and the default.</value>
    public string Algorithm { get; set; } = KmsGateway.Cryptography.SigningAlgorithm.EdDsa;

    public CoverageOptions Coverage { get; } = new();
}
