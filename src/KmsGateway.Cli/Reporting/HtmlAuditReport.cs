using System.Text;
using KmsGateway.Cli.Auditing;
using KmsGateway.Cli.Terminal;
using KmsGateway.Evidence.Verification;

namespace KmsGateway.Cli.Reporting;

/// <summary>
/// The report for people who read documents: one file of HTML, for the screen and for paper, without scripts and without anything from
/// elsewhere. The result comes first, so the exceptions wait in temporary files. The same inputs give the same bytes.
/// </summary>
internal sealed class HtmlAuditReport(Stream output, bool listsAll) : IAuditReport, IDisposable
{
    private readonly ExceptionLimit _exceptions = new(listsAll);

    private readonly Dictionary<VerificationOutcome, Spool> _rows =
        ExceptionKind.All.ToDictionary(kind => kind.Outcome, _ => new Spool());

    private AuditHeader? _header;

    public void Begin(AuditHeader header) => _header = header;

    public void Span(AuditedSpan span)
    {
        if (span.Verdict.Verdict != Verdict.Verified && _exceptions.Admits(span))
        {
            _rows[span.Outcome].Writer.WriteLine(Row(span).ToString());
        }
    }

    public void End(AuditSummary summary)
    {
        using var html = new StreamWriter(output, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true)
        {
            NewLine = "\n",
        };
        var page = new HtmlPage(_header!, summary, _exceptions);
        html.WriteLine(page.Top().ToString());
        foreach (var kind in ExceptionKind.All.Where(kind => _exceptions.CountOf(kind.Outcome) > 0))
        {
            html.WriteLine(page.BeginExceptions(kind).ToString());
            foreach (var row in _rows[kind.Outcome].ReadLines())
            {
                html.WriteLine(row);
            }

            html.WriteLine(page.EndExceptions(kind).ToString());
        }

        html.WriteLine(page.Bottom().ToString());
    }

    public void Dispose()
    {
        foreach (var rows in _rows.Values)
        {
            rows.Dispose();
        }
    }

    // On one line: a spool holds lines, and texts have no line breaks once they are printable.
    private static Markup Row(AuditedSpan span)
    {
        var verdict = span.Verdict;
        string[] ids = [$"trace {ReportWords.Id(verdict.TraceId)}", $"span {ReportWords.Id(verdict.SpanId)}"];
        return $"""<tr><th scope="row">{verdict.Text}</th>"""
            + $"<td>{PrintableText.Quote(verdict.Name)}{HtmlElements.List(ids)}</td>"
            + $"{HtmlElements.Cell(span.Where)}{HtmlElements.ListCell(ReportWords.DetailsOf(verdict))}</tr>";
    }
}
