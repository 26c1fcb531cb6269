using System.Globalization;
using KmsGateway.Cli.Terminal;
using KmsGateway.Evidence.Signing;
using KmsGateway.Evidence.Verification;

namespace KmsGateway.Cli.Auditing;

/// <summary>The report for people. Everything that comes from a span or a file is escaped.</summary>
internal sealed class TextAuditReport(TextWriter output, bool listsAll) : IAuditReport
{
    // Per kind: a hundred duplicates must not push one altered span out of sight.
    private const int MaxListed = 100;

    // Longer ones are not of this format; a hostile span may have them all the same.
    private const int MaxIdLength = 64;
    private const int WrapAt = 100;
    private const string Verified = "verified";

    private readonly Dictionary<VerificationOutcome, long> _exceptions = [];

    private AuditChecks _checks = AuditChecks.None;

    public void Begin(AuditHeader header)
    {
        _checks = AuditChecks.Of(header);
        var trust = header.Trust;
        output.WriteLine($"{Tool.Name} {Tool.Version}, format {FormatVersion.Span}");
        Field("command", CommandText.Of(header.Command));
        Field("trust", $"{PrintableText.Escape(trust.Source)}, as of {UtcText.Of(trust.File.AsOf)}");
        Field("", $"sha256 {trust.Sha256}");
        if (trust.IsPinned)
        {
            Field("root", $"{trust.Root} pinned");
        }
        else
        {
            Field("root", trust.Root);
            output.WriteLine("trust: UNPINNED - the root above is the trust file's own word. Ask whoever runs the gateway for its");
            output.WriteLine("thumbprint, by another way than this file came, and if they are the same run again with");
            output.WriteLine($"--root {trust.Root}");
        }

        Field("tenant", TenantOf(header));
        Field("rules", $"a span is a compliance span by {AuditChecks.Join(header.Options.MinCoverage.Patterns)}");
        if (header.Options.AllowAdded.Patterns.Count > 0)
        {
            Field("", $"added behind the gateway, and left out: {AuditChecks.Join(header.Options.AllowAdded.Patterns)}");
        }
    }

    public void Span(AuditedSpan span)
    {
        if (span.Verdict.Verdict == Verdict.Verified)
        {
            return;
        }

        if (_exceptions.Count == 0)
        {
            output.WriteLine();
            output.WriteLine("Exceptions");
        }

        var listed = _exceptions.GetValueOrDefault(span.Outcome);
        _exceptions[span.Outcome] = listed + 1;
        if (listsAll || listed < MaxListed)
        {
            WriteException(span);
        }
    }

    public void End(AuditSummary summary)
    {
        WriteRest();
        Section("Inputs");
        foreach (var input in summary.Inputs)
        {
            output.WriteLine($"  {PrintableText.Escape(input.Path)}: {Count(input.Spans, "span")}, {Count(input.Bytes, "byte")}");
            output.WriteLine(input.Sha256 is { } hash ? $"    sha256 {hash}" : "    not read to its end");
        }

        foreach (var error in summary.Errors)
        {
            output.WriteLine($"  error: {PrintableText.Escape(error)}");
        }

        WritePopulation(summary);
        Section("Checks performed");
        WriteList(_checks.Performed);
        Section("Checks not performed");
        WriteList(_checks.NotPerformed);
        output.WriteLine();
        output.WriteLine($"RESULT: {summary.Result} - {Explain(summary)} (exit {Number(summary.ExitCode)})");
    }

    private static string TenantOf(AuditHeader header)
    {
        if (header.Options.Tenant is not { } tenant)
        {
            return "none: the trust file has no keys";
        }

        return header.Trust.Tenants.Contains(tenant) ? tenant : $"{tenant} (the trust file has no key of it)";
    }

    private static string Explain(AuditSummary summary)
    {
        var counts = summary.Counts;
        var failed = counts.Judged - counts.Verified;
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
            VerificationOutcome.IntegrityFailure =>
                $"{Number(failed)} of {Count(counts.Judged, "span")} did not verify, see the exceptions",
            _ => $"{Number(failed)} of {Count(counts.Judged, "span")} cannot be verified, see the exceptions",
        };
    }

    private void WriteException(AuditedSpan span)
    {
        var verdict = span.Verdict;
        output.WriteLine(
            $"  {verdict.Text}  {PrintableText.Quote(verdict.Name)}  trace {Id(verdict.TraceId)}  span {Id(verdict.SpanId)}  "
            + PrintableText.Escape(span.Where));
        var details = new List<string>();
        if (verdict.Tenant is { } tenant)
        {
            details.Add($"tenant {tenant}");
        }

        if (verdict.Kid is { } kid)
        {
            details.Add($"key {Id(kid)}");
        }

        if (verdict.IssuedAt is { } time)
        {
            details.Add($"signed {UtcText.Of(time)}");
        }

        if (verdict.Additions.Count > 0)
        {
            details.Add($"left out: {string.Join(", ", verdict.Additions.Select(PrintableText.Quote))}");
        }

        if (details.Count > 0)
        {
            output.WriteLine($"    {string.Join(", ", details)}");
        }
    }

    private void WriteRest()
    {
        if (listsAll)
        {
            return;
        }

        foreach (var (outcome, count) in _exceptions.OrderBy(pair => pair.Key).Where(pair => pair.Value > MaxListed))
        {
            var kind = outcome switch
            {
                VerificationOutcome.Verified => "verified with a remark",
                VerificationOutcome.IntegrityFailure => "that did not verify",
                _ => "that cannot be verified",
            };
            output.WriteLine($"  ... and {Count(count - MaxListed, "more span")} {kind}; --verbose lists all");
        }
    }

    private void WritePopulation(AuditSummary summary)
    {
        var counts = summary.Counts;
        Section("Population");
        var parts = counts.ByVerdict.Where(pair => pair.Key != Verified).Select(pair => $"{Number(pair.Value)} {pair.Key}");
        var verified = $"{Number(counts.ByVerdict.GetValueOrDefault(Verified))} {Verified}";
        Field("seen", $"{Count(counts.Seen, "span")} = {string.Join(" + ", [verified, .. parts, $"{Number(counts.Ordinary)} ordinary"])}");
        Field("", "ordinary: neither signed nor a compliance span");
        Field("period", summary.Period is { } period
            ? $"signed from {UtcText.Of(period.From)} to {UtcText.Of(period.To)}"
            : "none: nothing was signed");
    }

    private void Section(string title)
    {
        output.WriteLine();
        output.WriteLine(title);
    }

    private void Field(string name, string value) => output.WriteLine($"{name,-8} {value}");

    private void WriteList(IEnumerable<string> items)
    {
        foreach (var item in items)
        {
            var line = "  -";
            foreach (var word in item.Split(' '))
            {
                if (line.Length + 1 + word.Length > WrapAt)
                {
                    output.WriteLine(line);
                    line = "   ";
                }

                line = $"{line} {word}";
            }

            output.WriteLine(line);
        }
    }

    private static string Id(string id) => PrintableText.Escape(id, MaxIdLength);

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Count(long number, string noun) => $"{Number(number)} {noun}{(number == 1 ? "" : "s")}";
}
