using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;

namespace KmsGateway.Proxy.Tenancy.Credentials;

/// <summary>DNS names and URIs of a certificate; .NET reads the former only. Not the common name: it has no type, and no rules.</summary>
/// <remarks>GeneralNames of RFC 5280, section 4.2.1.6.</remarks>
internal static class AlternativeNames
{
    private static readonly Asn1Tag DnsName = new(TagClass.ContextSpecific, 2);
    private static readonly Asn1Tag Uri = new(TagClass.ContextSpecific, 6);

    /// <exception cref="AsnContentException">They are broken. The handshake lets some of that pass.</exception>
    public static List<AlternativeName> Read(X509SubjectAlternativeNameExtension extension)
    {
        var names = new List<AlternativeName>();
        var sequence = new AsnReader(extension.RawData, AsnEncodingRules.DER).ReadSequence();
        while (sequence.HasData)
        {
            var tag = sequence.PeekTag();
            if (KindOf(tag) is { } kind)
            {
                names.Add(new(kind, sequence.ReadCharacterString(UniversalTagNumber.IA5String, tag)));
            }
            else
            {
                sequence.ReadEncodedValue();
            }
        }

        return names;
    }

    private static AlternativeNameKind? KindOf(Asn1Tag tag) =>
        tag == DnsName ? AlternativeNameKind.Dns : tag == Uri ? AlternativeNameKind.Uri : null;
}
