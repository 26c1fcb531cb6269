using KmsGateway.Cli.Auditing;

namespace KmsGateway.Cli.Reporting;

/// <summary>What an audit checks and what it does not. A report that lists only the former promises too much.</summary>
internal sealed record AuditChecks(IReadOnlyList<string> Performed, IReadOnlyList<string> NotPerformed)
{
    /// <summary>Nothing was read, so nothing was checked.</summary>
    public static AuditChecks None { get; } = new([], []);

    public static AuditChecks Of(AuditHeader header)
    {
        var rules = ReportWords.List(header.Options.MinCoverage.Patterns);
        List<string> performed =
        [
            "trust: every key event is signed by the root and follows the one before it; the end of the chain is signed",
            "statement: well-formed, canonical, and in agreement with the span's audit.integrity attributes",
            "signature: over the statement, by a key of the chain with its algorithm, EdDSA (Ed25519) or ES256 (ECDSA P-256)",
            "key: the statement's tenant owns it; valid and not revoked at the signing time",
            $"coverage: the signature covers the span attributes {rules}",
            "content: the digests of the groups core, attr, ev, lnk and res, taken again from the span",
            $"unsigned: spans without a signature that have a span or resource attribute {rules}",
            "repetition: duplicates and conflicts among these inputs",
        ];
        List<string> notPerformed =
        [
            "completeness: this version has no ledger. That a whole span was removed, or a signature together with the attributes that "
                + "ask for one, cannot be detected",
            "truth: a signature says that a gateway holding the tenant's key received this content at the signing time by its clock. It "
                + "does not say that the content is true, when it really happened, who produced it, or that it is the only version: "
                + "whoever may send through the gateway can obtain signatures over false spans, chosen ids and backdated times",
            "fields that no signature covers: trace state, flags, schema URLs, dropped counts, scope attributes, fields unknown to OTLP, "
                + "and attributes outside the coverage that the statement names",
            "freshness: key events after the time of the trust file, revocations among them, are unknown here",
        ];
        if (header.Trust.IsPinned)
        {
            performed.Insert(0, "root: its thumbprint is the one given by --root");
        }
        else
        {
            notPerformed.Insert(0, "root: not compared with a thumbprint from another source (--root)");
        }

        if (header.Policies.Count > 0)
        {
            performed.Add("policies: which of the documents given by --policy have, byte for byte, the hash that statements name");
        }
        else
        {
            notPerformed.Add("policies: what the policies say that statements name by hash (--policy)");
        }

        return new AuditChecks(performed, notPerformed);
    }
}
