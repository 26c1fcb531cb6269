using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using KmsGateway.Proxy.Listeners;
using KmsGateway.Proxy.Tests.Support;
using KmsGateway.Testing;

namespace KmsGateway.Proxy.Tests.Listeners;

public sealed class TlsListenerTests
{
    [Fact]
    public async Task Listeners_WithTls_AreStillKeptApart()
    {
        using var folder = new TemporaryFolder();
        using var certificate = Certificate();
        await File.WriteAllBytesAsync(
            folder["gateway.pfx"], certificate.Export(X509ContentType.Pfx, "secret"), TestContext.Current.CancellationToken);
        await using var gateway = await TestGateway.StartAsync(
            "--EmbeddedSink:Enabled=true",
            $"--Kestrel:Certificates:Default:Path={folder["gateway.pfx"]}",
            "--Kestrel:Certificates:Default:Password=secret",
            "--Kestrel:Endpoints:OtlpHttp:Url=https://127.0.0.1:0",
            "--Kestrel:Endpoints:Management:Url=https://127.0.0.1:0");

        foreach (var version in (Version[])[HttpVersion.Version11, HttpVersion.Version20])
        {
            Assert.Equal(HttpStatusCode.NotFound, await GetAsync(gateway.Address(GatewayListener.OtlpHttp), version, certificate));
            Assert.Equal(HttpStatusCode.OK, await GetAsync(gateway.Address(GatewayListener.Management), version, certificate));
        }
    }

    private static async Task<HttpStatusCode> GetAsync(Uri address, Version version, X509Certificate2 expected)
    {
        Assert.Equal("https", address.Scheme);
        using var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, presented, _, _) => expected.Equals(presented);
        using var client = new HttpClient(handler)
        {
            Timeout = TestTime.Limit,
            DefaultRequestVersion = version,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        using var answer = await client.GetAsync(new Uri(address, "/health/live"), TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }

    private static X509Certificate2 Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        return new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256).CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }
}
