using KmsGateway.Cli.Auditing;
using KmsGateway.Cli.Terminal;
using KmsGateway.Cryptography;
using KmsGateway.Evidence.Signing;
using KmsGateway.Evidence.Verification;
using static KmsGateway.Cli.Reporting.HtmlElements;

namespace KmsGateway.Cli.Reporting;

/// <summary>The parts of the HTML report, in their order.</summary>
internal sealed class HtmlPage(AuditHeader header, AuditSummary summary, ExceptionLimit exceptions)
{
    private string Heading => summary.Errors.Count > 0 ? "Incomplete reading" : summary.Counts.Outcome switch
    {
        VerificationOutcome.Verified => "Verified",
        VerificationOutcome.IntegrityFailure => "NOT verified",
        _ => "Cannot be verified",
    };

    public Markup Top()
    {
        var period = summary.Period is null ? "" : $", {ReportWords.PeriodOf(summary)}";
        var subject = $"Tenant {ReportWords.TenantOf(header)}{period}.";
        return $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="{HtmlStyle.ContentSecurityPolicy}">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{Heading}: verification report of signed spans</title>
            {HtmlStyle.Element}
            </head>
            <body>
            <header>
            <p>KmsGateway</p>
            <h1>Verification report of signed spans</h1>
            </header>
            <main>
            <section class="result {summary.Result}" aria-labelledby="result">
            <h2 id="result">{Heading}</h2>
            {Paragraph(Sentence(ReportWords.Explain(summary)))}{summary.Errors.Select(Paragraph)}{Paragraph(subject)}<dl>
            {Figure("Spans seen", summary.Counts.Seen)}
            {Figure("Verified", summary.Counts.Verified)}
            {Figure("Did not verify", summary.Counts.Failed)}
            {Figure("Cannot be verified", summary.Counts.Unverifiable)}
            {Figure("Ordinary", summary.Counts.Ordinary)}
            </dl>
            </section>
            {Cautions()}<nav aria-label="Contents">
            <ul>
            <li><a href="#exceptions">Exceptions</a></li>
            <li><a href="#subject">What was audited</a></li>
            <li><a href="#population">Population</a></li>
            <li><a href="#inputs">Inputs</a></li>
            <li><a href="#keys">Keys</a></li>
            <li><a href="#policies">Policies</a></li>
            <li><a href="#performed">Checks</a></li>
            <li><a href="#limits">What a signature proves</a></li>
            </ul>
            </nav>
            <section aria-labelledby="exceptions">
            <h2 id="exceptions">Exceptions</h2>
            {When(!exceptions.HasAny, Paragraph("None."))}
            """;
    }

    /// <summary>Up to the rows, which are as many as there are exceptions and do not go through memory.</summary>
    public Markup BeginExceptions(ExceptionKind kind) => $"""
        <h3 id="{kind.Id}">{kind.Name}: {ReportWords.Count(exceptions.CountOf(kind.Outcome), "span")}</h3>
        <p class="lead">{kind.Remark}</p>
        <table class="exceptions" aria-labelledby="{kind.Id}">
        <thead>
        <tr>{Column("Verdict")}{Column("Span")}{Column("Where")}{Column("Signature")}</tr>
        </thead>
        <tbody>
        """;

    public Markup EndExceptions(ExceptionKind kind)
    {
        var unlisted = ReportWords.Count(exceptions.UnlistedOf(kind.Outcome), "more span");
        return $"""
            </tbody>
            </table>
            {When(exceptions.UnlistedOf(kind.Outcome) > 0, Paragraph($"… and {unlisted} of this kind; --verbose lists all."))}
            """;
    }

    public Markup Bottom()
    {
        var checks = AuditChecks.Of(header);
        return $"""
            </section>
            {Section("subject", "What was audited", Subject())}
            {Section("population", "Population", Population())}
            {Section("inputs", "Inputs", Inputs())}
            {Section("keys", "Keys", Keys())}
            {Section("policies", "Policies", Policies())}
            {Section("performed", "Checks performed", List(checks.Performed))}
            {Section("not-performed", "Checks NOT performed", List(checks.NotPerformed))}
            {Section("limits", "What a signature proves, and what it does not", Limits())}
            </main>
            <footer>
            <p>{Tool.Name} {Tool.Version}, format {FormatVersion.Span}. The same command on the same files gives this report again, byte for
            byte.</p>
            </footer>
            </body>
            </html>
            """;
    }

    private Markup Cautions()
    {
        var cautions = new List<Markup>();
        if (!header.Trust.IsPinned)
        {
            cautions.Add($"""
                <p class="caution"><strong>Trust is UNPINNED.</strong> The root of trust is the trust file's own word: whoever could change
                the spans may have made that file as well. Ask whoever runs the gateway for the root's thumbprint, by another way than the
                file came, and if it is the same verify again with <code>--root</code>.</p>

                """);
        }

        if (ReportWords.LaterThanTrust(header, summary) is { } late)
        {
            cautions.Add($"""
                <p class="caution"><strong>The trust file is old.</strong> {Sentence(late)}</p>

                """);
        }

        return $"{cautions}";
    }

    private Markup Subject()
    {
        var trust = header.Trust;
        return Facts(
            ("Tenant", ReportWords.TenantOf(header)),
            ("Period", Sentence(ReportWords.PeriodOf(summary))),
            ("Compliance spans by", ReportWords.List(header.Options.MinCoverage.Patterns)),
            ("Additions allowed", ReportWords.List(header.Options.AllowAdded.Patterns)),
            ("Trust file", trust.Source),
            ("SHA-256 of it", trust.Sha256),
            ("As of", UtcText.Of(trust.File.AsOf)),
            ("Root of trust", $"{trust.Root} {(trust.IsPinned ? "pinned" : "UNPINNED")}"),
            ("Command", CommandText.Of(header.Command)),
            ("Exit code", $"{ReportWords.Number(summary.ExitCode)}, {summary.Result}"),
            ("Made by", $"{Tool.Name} {Tool.Version}, format {FormatVersion.Span}"));
    }

    private Markup Population()
    {
        var counts = summary.Counts;
        var rows = counts.ByVerdict
            .Select(pair => Row(pair.Key, NumberCell(pair.Value), Cell(VerdictMeaning.Of(pair.Key))))
            .Append(Row("ordinary", NumberCell(counts.Ordinary), Cell("Neither signed nor a compliance span: no verdict")))
            .Append(Row("seen", NumberCell(counts.Seen), Cell("All of them")));
        return Table("population", "All spans of the inputs, by verdict.", [Column("Verdict"), NumberColumn("Spans"), Column("What it says")], rows);
    }

    private Markup Inputs()
    {
        var rows = summary.Inputs.Select(input => Row(
            input.Path, NumberCell(input.Spans), NumberCell(input.Bytes), Cell(input.Sha256 ?? "not read to its end")));
        return Table(
            "inputs",
            "Files as they lie on disk, in the order of reading.",
            [Column("File"), NumberColumn("Spans"), NumberColumn("Bytes"), Column("SHA-256")],
            rows);
    }

    private Markup Keys()
    {
        var rows = summary.Keys.Select(use => Row(
            use.Key.Key.Kid,
            ListCell([KeyEvent.StatusName(use.Key.Status), use.Key.Key.Algorithm, $"tenant {use.Key.Tenant}"]),
            Cell(ReportWords.ValidityOf(use.Key)),
            NumberCell(use.Spans)));
        return Table(
            "keys",
            "Signing keys of the audited tenant as the trust file has them, and the spans that verified under each.",
            [Column("Key"), Column("Status"), Column("Validity"), NumberColumn("Spans")],
            rows);
    }

    private Markup Policies()
    {
        var rows = summary.Policies.Select(use => Row(
            use.Id,
            ListCell([$"tenant {use.Tenant}", $"signed from {UtcText.Of(use.First)}", $"to {UtcText.Of(use.Last)}"]),
            ListCell(ContentOf(use)),
            NumberCell(use.Spans)));
        var table = Table(
            "policies",
            "Settings of the gateway under which verified spans were signed; statements name them by hash.",
            [Column("Policy"), Column("Signed"), Column("What it says"), NumberColumn("Spans")],
            rows);
        var further = $"… and {ReportWords.Count(summary.SpansOfFurtherPolicies, "span")} under further policies.";
        var unnamed = header.Policies.Where(policy => !summary.Policies.Any(policy.Is)).Select(ReportWords.Unnamed);
        return $"{table}{When(summary.SpansOfFurtherPolicies > 0, Paragraph(further))}{unnamed.Select(Paragraph)}";
    }

    private IEnumerable<string> ContentOf(PolicyUse use) =>
        header.Policies.FirstOrDefault(policy => policy.Is(use)) is { } policy
            ? ReportWords.ContentOf(policy.Document).Select(pair => $"{pair.Name} {pair.Value}").Append($"read from {policy.Path}")
            : ["no document was given (--policy)"];

    private static Markup Limits() => $"""
        <p>A signature is made by a gateway between the sender of a span and its store. It proves this, and nothing else:</p>
        <blockquote><p>{SignatureLimits.Proves}</p></blockquote>
        <p>It does not prove</p>
        {List(SignatureLimits.DoesNotProve)}
        """;

    private static Markup Figure(string name, long number) => $"<div><dt>{name}</dt><dd>{number}</dd></div>";

    private static Markup When(bool isSo, Markup markup) => isSo ? markup : $"";

    private static string Sentence(string text) => $"{char.ToUpperInvariant(text[0])}{text[1..]}.";
}
