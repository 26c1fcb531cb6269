namespace KmsGateway.Proxy.Management.Administration;

/// <summary>
/// An entry of <c>Admin:Tokens</c>, a random secret that comes as <c>Authorization: Bearer …</c>, or of <c>Admin:Certificates</c>, a client
/// certificate on an https management listener.
/// </summary>
internal sealed class AdminCredentialOptions
{
    /// <summary>Who has it: the actor of what is done with it, in the records.</summary>
    public string Name { get; set; } = "";

    /// <summary>Its SHA-256 in hex; the gateway never has the token itself.</summary>
    /// <value>
    /// Of a token <c>printf %s "$TOKEN" | sha256sum</c>, of a certificate <c>openssl x509 -in FILE -noout -fingerprint -sha256</c>.
    /// </value>
    public string Hash { get; set; } = "";

    /// <value>Of <c>read</c>, <c>keys</c>, <c>tenants</c>, <c>enforce</c> and <c>decrypt</c>.</value>
    public IList<string> Scopes { get; } = [];
}
