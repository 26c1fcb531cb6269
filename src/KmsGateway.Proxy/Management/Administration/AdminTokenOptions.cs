namespace KmsGateway.Proxy.Management.Administration;

/// <summary>An entry of <c>Admin:Tokens</c>: a random secret that comes as <c>Authorization: Bearer …</c>.</summary>
internal sealed class AdminTokenOptions
{
    /// <summary>Who has it: the actor of what is done with it, in the records.</summary>
    public string Name { get; set; } = "";

    /// <summary>Its SHA-256 in hex; the gateway never has the token itself.</summary>
    /// <value><c>printf %s "$TOKEN" | sha256sum</c></value>
    public string Hash { get; set; } = "";

    /// <value>Of <c>read</c>, <c>keys</c> and <c>tenants</c>.</value>
    public IList<string> Scopes { get; } = [];
}
