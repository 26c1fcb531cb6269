using KmsGateway.Proxy.Tests.Support;
using KmsGateway.Testing.Clients;

namespace KmsGateway.Proxy.Tests.Tenancy;

/// <summary>Who presents several credentials may use what all of them allow, and each of them has to be good.</summary>
public sealed class SeveralCredentialsTests : IAsyncLifetime
{
    private const string Acme = "k-acme-Zm9vYmFyYmF6cXV4MDEyMw";
    private const string Both = "k-both-Zm9vYmFyYmF6cXV4MDEyMw";

    private readonly TestIssuer _issuer = new();
    private TenancyFixture _fixture = null!;

    public async ValueTask InitializeAsync() => _fixture = await TenancyFixture.StartAsync((certificates, folder) =>
    {
        File.WriteAllText(folder["authority.pem"], certificates.AuthorityPem);
        File.WriteAllText(folder["keys.json"], _issuer.PublicKeys);
        return
        [
            $"--Tls:ClientCa={folder["authority.pem"]}",
            "--Tenancy:Certificates:0:Name=mesh",
            "--Tenancy:Certificates:0:San=globex.example.org",
            "--Tenancy:Certificates:0:Tenants:0=globex",
            $"--Tenancy:Jwt:SigningKeys={folder["keys.json"]}",
            $"--Tenancy:Jwt:Issuer={TestIssuer.Issuer}",
            $"--Tenancy:Jwt:Audience={TestIssuer.Audience}",
            .. ApiKeyTests.Key(0, Acme, "acme"),
            .. ApiKeyTests.Key(1, Both, "acme", "globex"),
        ];
    });

    public async ValueTask DisposeAsync()
    {
        await _fixture.DisposeAsync();
        _issuer.Dispose();
    }

    [Fact]
    public async Task Send_KeyAndToken_MayUseWhatBothAllow()
    {
        using var client = new OtlpClient(_fixture.Certificates.Tls());
        var token = ("Authorization", $"Bearer {_issuer.Token((string[])["globex", "initech"])}");

        Assert.Equal("globex credential", await _fixture.AcceptedAsync(client, token, ("X-Api-Key", Both)));
        await _fixture.RefusedAsync(client, 403, token, ("X-Api-Key", Both), ("X-Scope-OrgID", "acme"));
        await _fixture.RefusedAsync(client, 403, token, ("X-Api-Key", Both), ("X-Scope-OrgID", "initech"));
    }

    [Fact]
    public async Task Send_CredentialsOfTwoTenants_MayUseNeither()
    {
        using var certificate = _fixture.Certificates.Client(dns: "globex.example.org");
        using var client = new OtlpClient(_fixture.Certificates.Tls(certificate));

        Assert.Equal("globex credential", await _fixture.AcceptedAsync(client));
        await _fixture.RefusedAsync(client, 403, ("X-Api-Key", Acme));
        await _fixture.RefusedAsync(client, 403, ("X-Api-Key", Acme), ("X-Scope-OrgID", "acme"));
        await _fixture.RefusedAsync(client, 403, ("Authorization", $"Bearer {_issuer.Token("acme")}"), ("X-Scope-OrgID", "globex"));
    }

    [Fact]
    public async Task Send_OneGoodAndOneBad_Is401()
    {
        using var client = new OtlpClient(_fixture.Certificates.Tls());

        await _fixture.RefusedAsync(client, 401, ("X-Api-Key", Acme), ("Authorization", "Bearer x"));
        await _fixture.RefusedAsync(client, 401, ("X-Api-Key", "other"), ("Authorization", $"Bearer {_issuer.Token("acme")}"));
    }
}
