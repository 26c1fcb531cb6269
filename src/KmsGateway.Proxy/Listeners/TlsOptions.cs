namespace KmsGateway.Proxy.Listeners;

/// <summary>Section <c>Tls</c>, the part about callers. Certificates of the listeners stand in <c>Kestrel</c>.</summary>
internal sealed class TlsOptions
{
    public const string Section = "Tls";

    /// <summary>The value of <see cref="Terminated"/>.</summary>
    public const string Mesh = "mesh";

    /// <value>PEM file with the authorities that vouch for callers' certificates, and no others do. Empty: certificates are not asked for.</value>
    public string ClientCa { get; set; } = string.Empty;

    /// <value>
    /// <c>mesh</c>: somebody in front of the OTLP listeners encrypts, so that they may take API keys and tokens in plain text also from
    /// other machines.
    /// </value>
    public string Terminated { get; set; } = string.Empty;
}
