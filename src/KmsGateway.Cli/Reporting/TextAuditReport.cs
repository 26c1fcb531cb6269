using KmsGateway.Cli.Auditing;
using KmsGateway.Cli.Terminal;
using KmsGateway.Cryptography;
using KmsGateway.Evidence.Signing;
using KmsGateway.Evidence.Verification;

namespace KmsGateway.Cli.Reporting;

/// <summary>The report for people at a terminal. Everything that comes from a span or a file is escaped.</summary>
internal sealed class TextAuditReport(TextWriter output, bool listsAll) : IAuditReport
{
    private const int WrapAt = 100;
    private const string Verified = "verified";

    private readonly ExceptionLimit _exceptions = new(listsAll);

    private AuditHeader? _header;

    public void Begin(AuditHeader header)
    {
        _header = header;
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

        Field("tenant", ReportWords.TenantOf(header));
        Field("rules", $"a span is a compliance span by {ReportWords.List(header.Options.MinCoverage.Patterns)}");
        if (header.Options.AllowAdded.Patterns.Count > 0)
        {
            Field("", $"added behind the gateway, and left out: {ReportWords.List(header.Options.AllowAdded.Patterns)}");
        }
    }

    public void Span(AuditedSpan span)
    {
        if (span.Verdict.Verdict == Verdict.Verified)
        {
            return;
        }

        if (!_exceptions.HasAny)
        {
            Section("Exceptions");
        }

        if (_exceptions.Admits(span))
        {
            WriteException(span);
        }
    }

    public void End(AuditSummary summary)
    {
        WriteRest();
        WriteInputs(summary);
        WritePopulation(summary);
        WriteKeys(summary);
        WritePolicies(summary);
        var checks = AuditChecks.Of(_header!);
        Section("Checks performed");
        WriteList(checks.Performed);
        Section("Checks not performed");
        WriteList(checks.NotPerformed);
        output.WriteLine();
        output.WriteLine($"RESULT: {summary.Result} - {ReportWords.Explain(summary)} (exit {ReportWords.Number(summary.ExitCode)})");
    }

    private void WriteException(AuditedSpan span)
    {
        var verdict = span.Verdict;
        output.WriteLine(
            $"  {verdict.Text}  {PrintableText.Quote(verdict.Name)}  trace {ReportWords.Id(verdict.TraceId)}  "
            + $"span {ReportWords.Id(verdict.SpanId)}  {PrintableText.Escape(span.Where)}");
        var details = string.Join(", ", ReportWords.DetailsOf(verdict));
        if (details.Length > 0)
        {
            output.WriteLine($"    {details}");
        }
    }

    private void WriteRest()
    {
        foreach (var outcome in Enum.GetValues<VerificationOutcome>().Where(outcome => _exceptions.UnlistedOf(outcome) > 0))
        {
            var kind = outcome switch
            {
                VerificationOutcome.Verified => "verified with a remark",
                VerificationOutcome.IntegrityFailure => "that did not verify",
                _ => "that cannot be verified",
            };
            output.WriteLine(
                $"  ... and {ReportWords.Count(_exceptions.UnlistedOf(outcome), "more span")} {kind}; --verbose lists all");
        }
    }

    private void WriteInputs(AuditSummary summary)
    {
        Section("Inputs");
        foreach (var input in summary.Inputs)
        {
            output.WriteLine(
                $"  {PrintableText.Escape(input.Path)}: {ReportWords.Count(input.Spans, "span")}, {ReportWords.Count(input.Bytes, "byte")}");
            output.WriteLine(input.Sha256 is { } hash ? $"    sha256 {hash}" : "    not read to its end");
        }

        foreach (var error in summary.Errors)
        {
            output.WriteLine($"  error: {PrintableText.Escape(error)}");
        }
    }

    private void WritePopulation(AuditSummary summary)
    {
        var counts = summary.Counts;
        Section("Population");
        var parts = counts.ByVerdict
            .Where(pair => pair.Key != Verified)
            .Select(pair => $"{ReportWords.Number(pair.Value)} {pair.Key}")
            .Prepend($"{ReportWords.Number(counts.ByVerdict.GetValueOrDefault(Verified))} {Verified}")
            .Append($"{ReportWords.Number(counts.Ordinary)} ordinary");
        Field("seen", $"{ReportWords.Count(counts.Seen, "span")} = {string.Join(" + ", parts)}");
        Field("", "ordinary: neither signed nor a compliance span");
        Field("period", ReportWords.PeriodOf(summary));
        if (ReportWords.LaterThanTrust(_header!, summary) is { } late)
        {
            Field("", late);
        }
    }

    private void WriteKeys(AuditSummary summary)
    {
        Section("Keys");
        foreach (var (key, spans) in summary.Keys)
        {
            output.WriteLine($"  {key.Key.Kid}  {key.Key.Algorithm}  {KeyEvent.StatusName(key.Status)}  tenant {key.Tenant}");
            output.WriteLine($"    {ReportWords.ValidityOf(key)}; {ReportWords.Count(spans, "span")} verified");
        }

        if (summary.Keys.Count == 0)
        {
            output.WriteLine("  none");
        }
    }

    private void WritePolicies(AuditSummary summary)
    {
        Section("Policies");
        foreach (var use in summary.Policies)
        {
            output.WriteLine(
                $"  {use.Id}  tenant {use.Tenant}, {ReportWords.Count(use.Spans, "span")} signed "
                + $"from {UtcText.Of(use.First)} to {UtcText.Of(use.Last)}");
            if (_header!.Policies.FirstOrDefault(policy => policy.Is(use)) is { } policy)
            {
                var content = ReportWords.ContentOf(policy.Document).Select(pair => $"{pair.Name} {pair.Value}");
                output.WriteLine(PrintableText.Escape($"    {policy.Path}: {string.Join("; ", content)}"));
            }
        }

        if (summary.SpansOfFurtherPolicies > 0)
        {
            output.WriteLine($"  ... and {ReportWords.Count(summary.SpansOfFurtherPolicies, "span")} under further policies");
        }

        if (summary.Policies.Count == 0)
        {
            output.WriteLine("  none: no span was verified");
        }

        foreach (var policy in _header!.Policies.Where(policy => !summary.Policies.Any(policy.Is)))
        {
            output.WriteLine($"  {PrintableText.Escape(ReportWords.Unnamed(policy))}");
        }
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
}
