namespace KmsGateway.Proxy.Tenancy.Credentials;

/// <summary>Section <c>Tenancy:Jwt</c>: whose tokens are believed, and what in them names tenants.</summary>
internal sealed class JwtOptions
{
    /// <value>The OpenID Connect provider, whose keys are fetched and kept up to date. Either this or <see cref="SigningKeys"/>.</value>
    public string Authority { get; set; } = string.Empty;

    /// <value>A file with the provider's keys as a JWK set, for gateways that may not reach it.</value>
    public string SigningKeys { get; set; } = string.Empty;

    /// <value>What <c>iss</c> must be. With an <see cref="Authority"/> its own name is the default.</value>
    public string Issuer { get; set; } = string.Empty;

    /// <value>What <c>aud</c> must name.</value>
    public string Audience { get; set; } = string.Empty;

    /// <value>The claim that names the caller's tenants: a string or an array of strings. Default <c>tenants</c>.</value>
    public string Claim { get; set; } = "tenants";
}
