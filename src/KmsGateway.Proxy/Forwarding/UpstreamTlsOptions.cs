namespace KmsGateway.Proxy.Forwarding;

/// <summary>Section <c>Tls:Upstream</c>: whom the gateway believes, and who it says it is, towards https upstreams.</summary>
internal sealed class UpstreamTlsOptions
{
    public const string Section = "Tls:Upstream";

    /// <value>PEM file with the authorities that vouch for upstreams, and no others do. Empty: those of the machine.</value>
    public string Ca { get; set; } = string.Empty;

    /// <value>PEM file with the gateway's client certificate, and the certificates between it and its authority.</value>
    public string ClientCertificate { get; set; } = string.Empty;

    /// <value>PEM file with its private key.</value>
    public string ClientKey { get; set; } = string.Empty;
}
