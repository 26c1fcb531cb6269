using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using KmsGateway.Proxy.Rejections;
using Microsoft.Extensions.Options;

namespace KmsGateway.Proxy.Tenancy.Credentials;

/// <summary>The client certificate of the TLS connection. The handshake has checked it against <c>Tls:ClientCa</c>; a header is no certificate.</summary>
internal sealed class CertificateCheck(IOptions<TenancyOptions> options) : ICredentialCheck
{
    private readonly IList<CertificateOptions> _known = options.Value.Certificates;

    public string Name => "a client certificate";

    public bool IsConfigured => _known.Count > 0;

    public ValueTask<TenantAllowList?> CheckAsync(HttpContext context)
    {
        if (context.Connection.ClientCertificate is not { } certificate)
        {
            return new((TenantAllowList?)null);
        }

        var names = NamesOf(certificate);
        var fingerprint = certificate.GetCertHashString(HashAlgorithmName.SHA256);
        var tenants = _known.Where(known => Matches(known, names, fingerprint)).SelectMany(known => known.Tenants).ToList();
        return tenants.Count > 0
            ? new(TenantAllowList.Of(tenants))
            : throw new RejectionException(RejectionReason.Unauthenticated, "the client certificate is none that this gateway knows");
    }

    public void Remove(HttpRequest request)
    {
        // It is the connection's, and ends here.
    }

    private static bool Matches(CertificateOptions known, HashSet<string> names, string fingerprint) => known.Sha256.Length > 0
        ? Fingerprint.Normalize(known.Sha256).Equals(fingerprint, StringComparison.OrdinalIgnoreCase)
        : names.Contains(known.San);

    private static HashSet<string> NamesOf(X509Certificate2 certificate) =>
        certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(AlternativeNames.Read).ToHashSet(StringComparer.Ordinal);
}
