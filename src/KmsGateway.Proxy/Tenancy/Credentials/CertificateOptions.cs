namespace KmsGateway.Proxy.Tenancy.Credentials;

/// <summary>One entry of <c>Tenancy:Certificates</c>: certificates with this name, or this one certificate.</summary>
internal sealed class CertificateOptions
{
    /// <value>Tells people which caller it is.</value>
    public string Name { get; set; } = string.Empty;

    /// <value>
    /// A DNS name or URI among the subject's alternative names, whole: <c>spiffe://example.org/collector</c>, for one.
    /// With a colon it is a URI, without a DNS name.
    /// </value>
    public string San { get; set; } = string.Empty;

    /// <value>SHA-256 of the certificate in hex: <c>openssl x509 -in FILE -noout -fingerprint -sha256</c>.</value>
    public string Sha256 { get; set; } = string.Empty;

    /// <value>Tenants, or <c>*</c>.</value>
    public IList<string> Tenants { get; } = [];
}
