using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace KmsGateway.Proxy.Tenancy.Credentials;

/// <summary>What the handler has to check, from <c>Tenancy:Jwt</c>: everything, and nothing that a token says of itself.</summary>
internal sealed class JwtBearerSetup(IOptions<TenancyOptions> options, IHostEnvironment environment) : IConfigureNamedOptions<JwtBearerOptions>
{
    /// <summary>How often a token with a key that is not known makes the gateway ask the provider for its keys.</summary>
    public static readonly TimeSpan RefreshInterval = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan BackchannelTimeout = TimeSpan.FromSeconds(5);

    // A shared secret would be one that the gateway could sign with, and with a public key taken for one anybody could.
    private static readonly string[] Algorithms =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
        SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
        SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
    ];

    public void Configure(JwtBearerOptions bearer) => Configure(JwtBearerDefaults.AuthenticationScheme, bearer);

    public void Configure(string? name, JwtBearerOptions bearer)
    {
        if (options.Value.Jwt is not { } jwt)
        {
            return;
        }

        bearer.MapInboundClaims = false;
        bearer.IncludeErrorDetails = false;
        bearer.SaveToken = false;
        bearer.RequireHttpsMetadata = !environment.IsDevelopment();
        bearer.RefreshInterval = RefreshInterval;
        bearer.BackchannelTimeout = BackchannelTimeout;
        bearer.Authority = jwt.Authority.Length > 0 ? jwt.Authority : null;
        bearer.TokenValidationParameters = new TokenValidationParameters
        {
            ValidAudience = jwt.Audience,
            ValidIssuer = jwt.Issuer.Length > 0 ? jwt.Issuer : null,
            ValidAlgorithms = Algorithms,
            RequireSignedTokens = true,
            RequireExpirationTime = true,
            RequireAudience = true,
            ClockSkew = Skew,
        };
        if (jwt.SigningKeys.Length > 0)
        {
            bearer.TokenValidationParameters.IssuerSigningKeys = new JsonWebKeySet(File.ReadAllText(jwt.SigningKeys)).GetSigningKeys();
        }
    }
}
