using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using KmsGateway.Proxy.Listeners;
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

        // The handshake refuses what is for another use, but not what says nothing of its use.
        if (!IsForClients(certificate))
        {
            throw Refused("does not say that it is for client authentication; use one with that extended key usage");
        }

        var names = NamesOf(certificate);
        var fingerprint = certificate.GetCertHashString(HashAlgorithmName.SHA256);
        var tenants = _known.Where(known => Matches(known, names, fingerprint)).SelectMany(known => known.Tenants).ToList();
        return tenants.Count > 0
            ? new(TenantAllowList.Of(tenants))
            : throw Refused("is none that this gateway knows");
    }

    public void Remove(HttpRequest request)
    {
        // It is the connection's, and ends here.
    }

    private static bool IsForClients(X509Certificate2 certificate) => certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>()
        .SelectMany(extension => extension.EnhancedKeyUsages.Cast<Oid>())
        .Any(use => use.Value == CertificateAuthority.ClientAuthentication);

    private static bool Matches(CertificateOptions known, HashSet<AlternativeName> names, string fingerprint) => known.Sha256.Length > 0
        ? Fingerprint.Normalize(known.Sha256).Equals(fingerprint, StringComparison.OrdinalIgnoreCase)
        : names.Contains(AlternativeName.Parse(known.San));

    private static HashSet<AlternativeName> NamesOf(X509Certificate2 certificate)
    {
        try
        {
            return [.. certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(AlternativeNames.Read)];
        }
        catch (AsnContentException)
        {
            throw Refused("has alternative names that cannot be read; use one that is well-formed");
        }
    }

    private static RejectionException Refused(string why) => new(RejectionReason.Unauthenticated, $"the client certificate {why}");
}
