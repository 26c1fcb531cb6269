using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using KmsGateway.Proxy.Listeners;
using KmsGateway.Testing.Certificates;
using KmsGateway.Testing.Clients;

namespace KmsGateway.Proxy.Tests.Tenancy;

public sealed class CertificateTests : IAsyncLifetime
{
    private const string Spiffe = "spiffe://example.org/acme/collector";

    // The tags of a GeneralName (RFC 5280, section 4.2.1.6).
    private const int DnsName = 2;
    private const int UriName = 6;

    private X509Certificate2 _pinned = null!;
    private TenancyFixture _fixture = null!;

    public async ValueTask InitializeAsync() => _fixture = await TenancyFixture.StartAsync((certificates, folder) =>
    {
        _pinned = certificates.Client(dns: "pinned.example.org");
        File.WriteAllText(folder["authority.pem"], certificates.AuthorityPem);
        return
        [
            $"--Tls:ClientCa={folder["authority.pem"]}",
            .. Known(0, "San", "globex.example.org", "globex"),
            .. Known(1, "San", Spiffe, "acme"),
            .. Known(2, "Sha256", _pinned.GetCertHashString(HashAlgorithmName.SHA256), "initech"),
        ];
    });

    public async ValueTask DisposeAsync()
    {
        await _fixture.DisposeAsync();
        _pinned.Dispose();
    }

    [Theory]
    [InlineData("globex.example.org", null, "globex credential")]
    [InlineData(null, Spiffe, "acme credential")]
    public async Task Send_NameThatIsKnown_IsItsTenant(string? dns, string? uri, string expected)
    {
        using var certificate = _fixture.Certificates.Client(dns, uri);
        using var client = new OtlpClient(_fixture.Certificates.Tls(certificate));

        Assert.Equal(expected, await _fixture.AcceptedAsync(client));
    }

    [Fact]
    public async Task Send_CertificateThatIsPinned_IsItsTenant()
    {
        using var client = new OtlpClient(_fixture.Certificates.Tls(_pinned));

        Assert.Equal("initech credential", await _fixture.AcceptedAsync(client));
    }

    // The common name of all of them is `acme-collector`: it counts for nothing.
    [Theory]
    [InlineData("acme-collector", null)]
    [InlineData("a.globex.example.org", null)]
    [InlineData("pinned.example.org", null)]
    [InlineData("example.org", "spiffe://example.org/acme/collector/x")]
    [InlineData("example.org", "spiffe://example.org/acme")]
    public async Task Send_SecondCertificateOfTheAuthority_Is401(string dns, string? uri)
    {
        using var certificate = _fixture.Certificates.Client(dns, uri);
        using var client = new OtlpClient(_fixture.Certificates.Tls(certificate));

        await _fixture.RefusedAsync(client, 401);
        await _fixture.RefusedAsync(client, 401, ("X-Scope-OrgID", "acme"));
    }

    [Theory]
    [InlineData(DnsName, Spiffe)]
    [InlineData(UriName, "globex.example.org")]
    public async Task Send_NameThatIsKnownAsAnotherKind_Is401(int kind, string name)
    {
        using var certificate = _fixture.Certificates.ClientWithNames(
            Names(writer => writer.WriteCharacterString(UniversalTagNumber.IA5String, name, Tag(kind))));
        using var client = new OtlpClient(_fixture.Certificates.Tls(certificate));

        await _fixture.RefusedAsync(client, 401);
    }

    [Theory]
    [InlineData(DnsName)]
    [InlineData(UriName)]
    public async Task Send_NamesThatCannotBeRead_Is401(int kind)
    {
        using var certificate = _fixture.Certificates.ClientWithNames(Names(writer =>
        {
            writer.WriteCharacterString(UniversalTagNumber.IA5String, "globex.example.org", Tag(DnsName));
            writer.WriteOctetString([0xFF], Tag(kind));
        }));
        using var client = new OtlpClient(_fixture.Certificates.Tls(certificate));

        await _fixture.RefusedAsync(client, 401);
    }

    [Fact]
    public async Task Send_CertificateThatDoesNotSayItsUse_Is401()
    {
        using var certificate = _fixture.Certificates.Client(uri: Spiffe, use: null);
        using var client = new OtlpClient(_fixture.Certificates.Tls(certificate));

        await _fixture.RefusedAsync(client, 401);
    }

    [Fact]
    public async Task Send_CertificateOfOneTenantAndHeaderOfAnother_Is403()
    {
        using var certificate = _fixture.Certificates.Client(uri: Spiffe);
        using var client = new OtlpClient(_fixture.Certificates.Tls(certificate));

        await _fixture.RefusedAsync(client, 403, ("X-Scope-OrgID", "globex"));
    }

    [Fact]
    public async Task Send_NoCertificate_Is401WhateverHeadersClaim()
    {
        using var certificate = _fixture.Certificates.Client(uri: Spiffe);
        using var client = new OtlpClient(_fixture.Certificates.Tls());

        await _fixture.RefusedAsync(client, 401);
        await _fixture.RefusedAsync(client, 401, ("X-Forwarded-Client-Cert", $"By=x;URI={Spiffe}"));
        await _fixture.RefusedAsync(client, 401, ("X-ARR-ClientCert", Convert.ToBase64String(certificate.RawData)));
        await _fixture.RefusedAsync(client, 401, ("ssl-client-cert", Uri.EscapeDataString(certificate.ExportCertificatePem())));
    }

    [Theory]
    [InlineData("expired")]
    [InlineData("not yet valid")]
    [InlineData("of a server")]
    [InlineData("self-signed")]
    [InlineData("of another authority")]
    [InlineData("of another authority of the same name")]
    public async Task Connect_CertificateThatNobodyVouchesFor_GetsNoConnection(string what)
    {
        using var other = new TestCertificates("CN=other authority");
        using var twin = new TestCertificates();
        using var certificate = what switch
        {
            "expired" => _fixture.Certificates.Client(uri: Spiffe, fromDays: -3, toDays: -1),
            "not yet valid" => _fixture.Certificates.Client(uri: Spiffe, fromDays: 1, toDays: 3),
            "of a server" => _fixture.Certificates.Client(uri: Spiffe, use: TestCertificates.ServerAuthentication),
            "self-signed" => TestCertificates.SelfSigned("globex.example.org"),
            "of another authority" => other.Client(uri: Spiffe),
            _ => twin.Client(uri: Spiffe),
        };
        using var client = new OtlpClient(_fixture.Certificates.Tls(certificate));

        foreach (var listener in (GatewayListener[])[GatewayListener.OtlpHttp, GatewayListener.OtlpGrpc])
        {
            await Assert.ThrowsAsync<HttpRequestException>(() => listener == GatewayListener.OtlpHttp
                ? client.PostAsync(_fixture.Gateway.Address(listener), OtlpClient.TracesPath, [], OtlpClient.Protobuf)
                : client.CallAsync(_fixture.Gateway.Address(listener), OtlpClient.TracesMethod, [0, 0, 0, 0, 0]));
        }

        Assert.Empty(_fixture.Collector.Requests);
    }

    private static byte[] Names(Action<AsnWriter> write)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            write(writer);
        }

        return writer.Encode();
    }

    private static Asn1Tag Tag(int kind) => new(TagClass.ContextSpecific, kind);

    private static string[] Known(int index, string kind, string value, string tenant) =>
    [
        $"--Tenancy:Certificates:{index}:Name=caller {index}",
        $"--Tenancy:Certificates:{index}:{kind}={value}",
        $"--Tenancy:Certificates:{index}:Tenants:0={tenant}",
    ];
}
