using System.Globalization;
using KmsGateway.Cli.Auditing;
using KmsGateway.Cli.Terminal;
using KmsGateway.Cryptography;
using KmsGateway.Evidence.Signing;
using KmsGateway.Evidence.Verification;

namespace KmsGateway.Cli.Reporting;

/// <summary>What every report for people says in the same words.</summary>
internal static class ReportWords
{
    // Longer ones are not of this format; a hostile span may have them all the same.
    private const int MaxIdLength = 64;
    private const int MaxAdditions = 20;

    public static string Explain(AuditSummary summary)
    {
        var counts = summary.Counts;
        if (summary.Errors.Count > 0)
        {
            return $"{Count(summary.Errors.Count, "error")}: not everything could be read; "
                + $"of what could, {Number(counts.Verified)} of {Count(counts.Judged, "span")} verified";
        }

        if (counts.Judged == 0)
        {
            return $"nothing to verify: of {Count(counts.Seen, "span")} none is signed or a compliance span";
        }

        return counts.Outcome switch
        {
            VerificationOutcome.Verified =>
                $"{Count(counts.Verified, "span")} verified; {Number(counts.Ordinary)} ordinary, which need no signature",
            VerificationOutcome.IntegrityFailure when counts.Unverifiable > 0 =>
                $"{Number(counts.Failed)} of {Count(counts.Judged, "span")} did not verify, and {Number(counts.Unverifiable)} cannot be "
                + "verified, see the exceptions",
            VerificationOutcome.IntegrityFailure =>
                $"{Number(counts.Failed)} of {Count(counts.Judged, "span")} did not verify, see the exceptions",
            _ => $"{Number(counts.Unverifiable)} of {Count(counts.Judged, "span")} cannot be verified, see the exceptions",
        };
    }

    public static string TenantOf(AuditHeader header)
    {
        if (header.Options.Tenant is not { } tenant)
        {
            return "none: the trust file has no keys";
        }

        return header.Trust.Tenants.Contains(tenant) ? tenant : $"{tenant} (the trust file has no key of it)";
    }

    public static string PeriodOf(AuditSummary summary) => summary.Period is { } period
        ? $"signed from {UtcText.Of(period.From)} to {UtcText.Of(period.To)}"
        : "none: nothing was signed";

    /// <summary>Signatures that are younger than what is known of their keys (docs/format.md, T-14).</summary>
    public static string? LaterThanTrust(AuditHeader header, AuditSummary summary) =>
        summary.Period?.To > header.Trust.File.AsOf
            ? "signatures are later than the trust file: revocations since then are not known here, fetch a fresh one"
            : null;

    /// <summary>What is known of a span beyond its verdict, an item each.</summary>
    public static IEnumerable<string> DetailsOf(SpanVerdict verdict)
    {
        if (verdict.Tenant is { } tenant)
        {
            yield return $"tenant {tenant}";
        }

        if (verdict.Kid is { } kid)
        {
            yield return $"key {Id(kid)}";
        }

        if (verdict.IssuedAt is { } time)
        {
            yield return $"signed {UtcText.Of(time)}";
        }

        if (verdict.Verdict == Verdict.LossyStore)
        {
            yield return $"lost: {string.Join(", ", verdict.Groups.Select(SpanDigests.Name))}";
        }

        if (verdict.Additions.Count > 0)
        {
            var more = verdict.Additions.Count - MaxAdditions;
            yield return $"left out: {string.Join(", ", verdict.Additions.Take(MaxAdditions).Select(PrintableText.Quote))}"
                + (more > 0 ? $" and {Number(more)} more" : "");
        }
    }

    /// <summary>Since when and until when a key is good, and what became of it.</summary>
    public static string ValidityOf(TrustedKey key) =>
        $"valid from {UtcText.Of(key.NotBefore)}"
        + (key.Expires is { } expires ? $" until {UtcText.Of(expires)}" : "")
        + (key.RevokedAt is { } revoked ? $", revoked {UtcText.Of(revoked)} ({key.Reason})" : "");

    /// <summary>What a policy says, by name and value.</summary>
    public static IEnumerable<(string Name, string Value)> ContentOf(PolicyDocument policy)
    {
        yield return ("mode", policy.Mode);
        yield return ("compliance spans by", List(policy.Rules));
        yield return ("span attributes covered", List(policy.Coverage.Attributes.Patterns));
        yield return ("resource attributes covered", List(policy.Coverage.Resource.Patterns));
        yield return ("encrypted before signing", List(policy.Encryption));
        if (policy.Oversize is { } oversize)
        {
            yield return ($"keys and values over {Count(oversize.Bytes, "byte")}", oversize.Action);
        }
    }

    /// <summary>Of a document that was given and is none of the audited spans'.</summary>
    public static string Unnamed(LoadedPolicy policy) =>
        $"{policy.Path}: policy {policy.Document.Id} of tenant {policy.Document.Tenant}, which no verified span names. "
        + "A policy is the bytes that the gateway served; one byte more or less is another one";

    public static string List(IReadOnlyCollection<string> items) => items.Count > 0 ? string.Join(", ", items) : "none";

    public static string Id(string id) => PrintableText.Escape(id, MaxIdLength);

    public static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    public static string Count(long number, string noun) => $"{Number(number)} {noun}{(number == 1 ? "" : "s")}";
}
