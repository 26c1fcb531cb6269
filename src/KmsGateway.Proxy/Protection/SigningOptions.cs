namespace KmsGateway.Proxy.Protection;

/// <summary>Section <c>Signing</c>: how compliance spans are signed. Its <c>Algorithm</c> is one of the keys' settings.</summary>
internal sealed class SigningOptions
{
    public const string SpanMode = "span";

    /// <value><c>span</c>: one signature per span. The only mode of this version, and the default.</value>
    public string Mode { get; set; } = SpanMode;

    public CoverageOptions Coverage { get; } = new();
}
