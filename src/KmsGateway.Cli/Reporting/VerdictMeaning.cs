namespace KmsGateway.Cli.Reporting;

/// <summary>Verdicts for those who do not have the format's document at hand.</summary>
internal static class VerdictMeaning
{
    /// <param name="verdict">As the format writes it: what follows a colon is about that one span.</param>
    public static string Of(string verdict) => verdict.Split(':')[0] switch
    {
        "verified" => "What the signature covers is what the gateway received, and the key was good at the signing time",
        "verified-with-additions" => "The same, without the attributes that others were allowed to add (--allow-added)",
        "duplicate" => "Verified, and the same content was verified before: it was stored twice",
        "conflict" => "Verified, but a span with the same ids and other content was verified before",
        "altered" => "The signature is good; the named parts of the span are not what was signed",
        "bad-signature" => "Statement or signature were changed, or made by somebody without the key",
        "malformed-signature" => "The audit.integrity attributes are incomplete or not of this format",
        "insufficient-coverage" => "The signature leaves out attributes that this audit asks for (--min-coverage)",
        "wrong-tenant" => "Signed, but not with a key of this tenant, or for another one",
        "key-not-valid-at" => "The key was not valid at the signing time",
        "key-revoked" => "The key was revoked, and what it signed at that time does not count",
        "unknown-key" => "The trust file does not have the key",
        "unsigned" => "A compliance span without a signature; a reason is the gateway's own",
        "unsupported-version" => "Made by a newer gateway than this tool knows",
        "unverifiable" => "The signature is good; the store does not give back what would have to be compared",
        _ => "",
    };
}
