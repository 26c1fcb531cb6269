using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace KmsGateway.Proxy.Listeners;

/// <summary>Vouches for certificates by the authorities of one file, and by no authority of the machine.</summary>
/// <remarks>
/// Revocation is not looked up: that would be a call over the network in every handshake. A caller is shut out by its entry in the
/// configuration, and certificates of callers are best short-lived.
/// </remarks>
internal sealed class CertificateAuthority
{
    public const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";
    public const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    private readonly X509Certificate2Collection _roots = [];

    /// <param name="file">PEM.</param>
    public CertificateAuthority(string file)
    {
        _roots.ImportFromPemFile(file);
    }

    /// <summary>What is wrong with a file; null if nothing is.</summary>
    public static string? Problem(string file)
    {
        try
        {
            return new CertificateAuthority(file)._roots.Count > 0 ? null : "which holds no certificate";
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return "which cannot be read";
        }
        catch (CryptographicException)
        {
            return "which is no PEM file of certificates";
        }
    }

    /// <summary>Whether a certificate is in its validity, is not for other uses only, and leads to an authority of the file.</summary>
    /// <param name="presented">The chain that the peer sent; its certificates may stand in between.</param>
    public bool IsTrusted(X509Certificate2 certificate, X509Chain? presented, string use)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(_roots);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(use));
        if (presented is not null)
        {
            chain.ChainPolicy.ExtraStore.AddRange(presented.ChainPolicy.ExtraStore);
        }

        return chain.Build(certificate);
    }

    /// <summary>As <see cref="IsTrusted"/>, for a server, which also has to have the name that was asked for.</summary>
    public bool IsTrustedServer(X509Certificate? certificate, X509Chain? presented, SslPolicyErrors errors) =>
        certificate is X509Certificate2 server
        && !errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch)
        && IsTrusted(server, presented, ServerAuthentication);
}
