using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using KmsGateway.Cryptography;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace KmsGateway.Proxy.Tests.Support;

/// <summary>An identity provider: a key, and tokens by it that are good unless a test says otherwise.</summary>
internal sealed class TestIssuer : IDisposable
{
    public const string Issuer = "https://login.example.org";
    public const string Audience = "kmsgateway";

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public string KeyId { get; init; } = "key-1";

    public string PublicKeys
    {
        get
        {
            var key = JsonWebKeyConverter.ConvertFromECDsaSecurityKey(new ECDsaSecurityKey(ECDsa.Create(_key.ExportParameters(false))) { KeyId = KeyId });
            return $$"""{"keys":[{"kty":"EC","crv":"P-256","use":"sig","kid":"{{KeyId}}","x":"{{key.X}}","y":"{{key.Y}}"}]}""";
        }
    }

    /// <summary>What somebody may try as a shared secret, because everybody knows it.</summary>
    public byte[] PublicKeyPem => Encoding.ASCII.GetBytes(_key.ExportSubjectPublicKeyInfoPem());

    public string Token(
        object? tenants,
        string issuer = Issuer,
        object? audience = null,
        TimeSpan? expires = null,
        TimeSpan? notBefore = null,
        string claim = "tenants",
        SigningCredentials? credentials = null)
    {
        var now = TimeProvider.System.GetUtcNow();
        var claims = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["iss"] = issuer,
            ["aud"] = audience ?? Audience,
            ["sub"] = "collector",
            ["nbf"] = (now + (notBefore ?? TimeSpan.FromMinutes(-10))).ToUnixTimeSeconds(),
            [claim] = tenants,
        };
        if (expires != Timeout.InfiniteTimeSpan)
        {
            claims["exp"] = (now + (expires ?? TimeSpan.FromMinutes(10))).ToUnixTimeSeconds();
        }

        credentials ??= new SigningCredentials(new ECDsaSecurityKey(_key) { KeyId = KeyId }, SecurityAlgorithms.EcdsaSha256);
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(JsonSerializer.Serialize(claims), credentials);
    }

    public static string Unsigned(string token, string algorithm = "none") =>
        $"{Base64UrlText.Encode(Encoding.UTF8.GetBytes($$"""{"alg":"{{algorithm}}","typ":"JWT"}"""))}.{token.Split('.')[1]}.";

    public void Dispose() => _key.Dispose();
}
