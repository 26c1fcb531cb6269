using KmsGateway.Evidence.Signing;

namespace KmsGateway.Proxy.Protection;

/// <summary>Section <c>Signing</c>: how compliance spans are signed. Its <c>Algorithm</c> is one of the keys' settings.</summary>
internal sealed class SigningOptions
{
    public const string SpanMode = "span";
    public const string Warn = "warn";
    public const string Mark = "mark";

    /// <value><c>span</c>: one signature per span. The only mode of this version, and the default.</value>
    public string Mode { get; set; } = SpanMode;

    /// <value>
    /// <c>warn</c>, the default: spans with an attribute longer than <see cref="OversizeBytes"/> are signed, counted and logged;
    /// <c>mark</c>: they go on unsigned, marked <c>oversize</c>.
    /// </value>
    public string OnOversize { get; set; } = Warn;

    /// <value>The longest key and value that the store behind the gateway keeps. Default 2,048, as Tempo; 256 to 1 MiB.</value>
    public int OversizeBytes { get; set; } = OversizePolicy.DefaultBytes;

    public CoverageOptions Coverage { get; } = new();
}
