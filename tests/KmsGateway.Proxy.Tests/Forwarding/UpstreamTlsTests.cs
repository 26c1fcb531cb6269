using System.Security.Cryptography.X509Certificates;
using KmsGateway.Proxy.Listeners;
using KmsGateway.Proxy.Tests.Support;
using KmsGateway.Testing;
using KmsGateway.Testing.Certificates;
using KmsGateway.Testing.Clients;
using KmsGateway.Testing.Traces;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;

namespace KmsGateway.Proxy.Tests.Forwarding;

/// <summary>Upstreams with TLS: by whom they are vouched for, and who the gateway says it is.</summary>
public sealed class UpstreamTlsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TestCertificates _certificates = new();
    private readonly OtlpClient _client = new();

    public void Dispose()
    {
        _client.Dispose();
        _certificates.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Send_AuthorityOfTheFile_IsForwardedOverBothProtocols()
    {
        await using var upstream = await StartAsync(ClientCertificateMode.NoCertificate);
        await using var gateway = await TestGateway.StartAsync(upstream, Ca(_certificates));

        Assert.Equal((200, 0), await SendAsync(gateway));
    }

    [Fact]
    public async Task Send_AuthorityOfNobody_IsRetryableAndLogged()
    {
        using var other = new TestCertificates("CN=other");
        var log = new LogCapture();
        await using var upstream = await StartAsync(ClientCertificateMode.NoCertificate);
        await using var gateway = await TestGateway.StartAsync(
            builder => builder.Logging.AddProvider(log),
            [.. TestGateway.Upstreams(upstream.Grpc, upstream.Http), Ca(other), "--Logging:LogLevel:Default=Warning"]);

        Assert.Equal((503, 14), await SendAsync(gateway));

        // Told behind the answer.
        await log.WaitForAsync(4041, times: 2);
    }

    // Without the option it is the machine's authorities that count, and ours is none of them.
    [Fact]
    public async Task Send_NoAuthorityNamed_IsRetryable()
    {
        await using var upstream = await StartAsync(ClientCertificateMode.NoCertificate);
        await using var gateway = await TestGateway.StartAsync(upstream);

        Assert.Equal((503, 14), await SendAsync(gateway));
    }

    [Fact]
    public async Task Send_CertificateOfAnotherName_IsRetryable()
    {
        using var server = _certificates.Client(dns: "elsewhere.example.org", use: TestCertificates.ServerAuthentication);
        await using var upstream = await StartAsync(ClientCertificateMode.NoCertificate, server);
        await using var gateway = await TestGateway.StartAsync(upstream, Ca(_certificates));

        Assert.Equal((503, 14), await SendAsync(gateway));
    }

    [Fact]
    public async Task Send_UpstreamWantsACertificate_GetsTheGatewaysOrNoRequest()
    {
        using var certificate = _certificates.Client(dns: "gateway.example.org");
        var (file, key) = TestCertificates.Write(certificate, _folder, "gateway");
        await using var upstream = await StartAsync(ClientCertificateMode.RequireCertificate);
        await using var with = await TestGateway.StartAsync(
            upstream, Ca(_certificates), $"--Tls:Upstream:ClientCertificate={file}", $"--Tls:Upstream:ClientKey={key}");
        await using var without = await TestGateway.StartAsync(upstream, Ca(_certificates));

        Assert.Equal((200, 0), await SendAsync(with));
        Assert.Equal((503, 14), await SendAsync(without));
    }

    private Task<FakeUpstream> StartAsync(ClientCertificateMode mode, X509Certificate2? server = null) => FakeUpstream.StartAsync(
        async context =>
        {
            context.Response.ContentType = context.Request.ContentType;
            if (HttpProtocol.IsHttp2(context.Request.Protocol))
            {
                await context.Response.Body.WriteAsync(new byte[5], context.RequestAborted);
                context.Response.AppendTrailer("grpc-status", "0");
            }
        },
        new HttpsConnectionAdapterOptions
        {
            ServerCertificate = server ?? _certificates.Server(),
            ClientCertificateMode = mode,
            ClientCertificateValidation = (certificate, _, _) =>
                certificate.MatchesHostname("gateway.example.org", allowCommonName: false) && certificate.Issuer == "CN=test authority",
        });

    private string Ca(TestCertificates certificates)
    {
        var file = _folder["ca.pem"];
        File.WriteAllText(file, certificates.AuthorityPem);
        return $"--Tls:Upstream:Ca={file}";
    }

    private async Task<(int Http, int? Grpc)> SendAsync(TestGateway gateway)
    {
        var http = await _client.SendAsync(gateway.Address(GatewayListener.OtlpHttp), TraceRequests.Mixed(1, 1));
        var grpc = await _client.SendGrpcAsync(gateway.Address(GatewayListener.OtlpGrpc), TraceRequests.Mixed(1, 1));
        return (http.Status, grpc.GrpcStatus);
    }
}
