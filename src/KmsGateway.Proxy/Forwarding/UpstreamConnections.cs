using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using KmsGateway.Proxy.Listeners;
using Microsoft.Extensions.Options;

namespace KmsGateway.Proxy.Forwarding;

/// <summary>How connections to upstreams are made and kept.</summary>
internal sealed class UpstreamConnections
{
    private readonly UpstreamOptions _upstream;
    private readonly CertificateAuthority? _authority;
    private readonly SslStreamCertificateContext? _certificate;

    public UpstreamConnections(IOptions<UpstreamOptions> upstream, IOptions<UpstreamTlsOptions> tls)
    {
        _upstream = upstream.Value;
        _authority = tls.Value.Ca.Length > 0 ? new CertificateAuthority(tls.Value.Ca) : null;
        _certificate = tls.Value.ClientCertificate.Length > 0 ? LoadClientCertificate(tls.Value) : null;
    }

    public static SslStreamCertificateContext LoadClientCertificate(UpstreamTlsOptions tls)
    {
        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(tls.ClientCertificate);
        return SslStreamCertificateContext.Create(
            X509Certificate2.CreateFromPemFile(tls.ClientCertificate, tls.ClientKey), chain, offline: true);
    }

    public void Configure(SocketsHttpHandler handler)
    {
        handler.PooledConnectionIdleTimeout = _upstream.ConnectionIdleTimeout;
        handler.PooledConnectionLifetime = _upstream.ConnectionLifetime;
        if (_authority is not null)
        {
            handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
                _authority.IsTrustedServer(certificate, chain, errors);
        }

        handler.SslOptions.ClientCertificateContext = _certificate;
    }
}
