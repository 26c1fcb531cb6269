using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace KmsGateway.Testing.Certificates;

/// <summary>An authority of its own, and certificates by it.</summary>
public sealed class TestCertificates : IDisposable
{
    /// <summary>What a certificate is for (RFC 5280, section 4.2.1.12).</summary>
    public const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";
    public const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    private const string AlternativeNames = "2.5.29.17";

    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    private readonly X509Certificate2 _authority;

    public TestCertificates(string name = "CN=test authority")
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        _authority = request.CreateSelfSigned(Now.AddDays(-10), Now.AddDays(10));
    }

    public string AuthorityPem => _authority.ExportCertificatePem();

    /// <param name="use">Null for one that does not say what it is for.</param>
    public X509Certificate2 Client(
        string? dns = null, string? uri = null, string? use = ClientAuthentication, int fromDays = -1, int toDays = 1) =>
        Issue(names =>
        {
            if (dns is not null)
            {
                names.AddDnsName(dns);
            }

            if (uri is not null)
            {
                names.AddUri(new Uri(uri));
            }
        }, use, fromDays, toDays);

    /// <summary>For a client, with alternative names as they stand, however wrong.</summary>
    public X509Certificate2 ClientWithNames(byte[] alternativeNames) =>
        Issue(new X509Extension(AlternativeNames, alternativeNames, critical: false), ClientAuthentication, fromDays: -1, toDays: 1);

    public X509Certificate2 Server() => Issue(
        names =>
        {
            names.AddDnsName("localhost");
            names.AddIpAddress(IPAddress.Loopback);
        },
        ServerAuthentication,
        fromDays: -1,
        toDays: 1);

    /// <summary>Nobody vouches for it.</summary>
    public static X509Certificate2 SelfSigned(string dns)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = Request(key, Names(names => names.AddDnsName(dns)), ClientAuthentication);
        using var certificate = request.CreateSelfSigned(Now.AddDays(-1), Now.AddDays(1));
        return Usable(certificate);
    }

    /// <summary>Writes certificate and key as PEM; gives the paths.</summary>
    public static (string Certificate, string Key) Write(X509Certificate2 certificate, TemporaryFolder folder, string name)
    {
        var (file, key) = (folder[$"{name}.pem"], folder[$"{name}.key"]);
        File.WriteAllText(file, certificate.ExportCertificatePem());
        File.WriteAllText(key, certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        return (file, key);
    }

    /// <summary>How a client talks to <see cref="Server"/>, with a certificate or without.</summary>
    public SslClientAuthenticationOptions Tls(X509Certificate2? client = null)
    {
        var authority = X509Certificate2.CreateFromPem(AuthorityPem);
        return new SslClientAuthenticationOptions
        {
            ClientCertificates = client is null ? [] : [client],
            LocalCertificateSelectionCallback = client is null ? null : (_, _, _, _, _) => client,
            CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                CustomTrustStore = { authority },
                RevocationMode = X509RevocationMode.NoCheck,
            },
        };
    }

    public void Dispose() => _authority.Dispose();

    private X509Certificate2 Issue(Action<SubjectAlternativeNameBuilder> name, string? use, int fromDays, int toDays) =>
        Issue(Names(name), use, fromDays, toDays);

    private X509Certificate2 Issue(X509Extension names, string? use, int fromDays, int toDays)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = Request(key, names, use).Create(
            _authority, Now.AddDays(fromDays), Now.AddDays(toDays), RandomNumberGenerator.GetBytes(8));
        using var whole = certificate.CopyWithPrivateKey(key);
        return Usable(whole);
    }

    private static X509Extension Names(Action<SubjectAlternativeNameBuilder> name)
    {
        var names = new SubjectAlternativeNameBuilder();
        name(names);
        return names.Build();
    }

    private static CertificateRequest Request(ECDsa key, X509Extension names, string? use)
    {
        var request = new CertificateRequest("CN=acme-collector", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(names);
        if (use is not null)
        {
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(use)], critical: false));
        }

        return request;
    }

    // Only what was imported can be presented in a handshake everywhere.
    private static X509Certificate2 Usable(X509Certificate2 certificate) =>
        X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null, X509KeyStorageFlags.Exportable);
}
