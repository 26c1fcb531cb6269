using System.Text;
using System.Xml;
using KmsGateway.Cli.Auditing;
using KmsGateway.Cli.Terminal;
using KmsGateway.Evidence.Signing;
using KmsGateway.Evidence.Verification;

namespace KmsGateway.Cli.Reporting;

/// <summary>
/// JUnit XML for build servers, by the schema of Jenkins' xUnit plugin, which GitLab and GitHub's actions read as well: a suite for each
/// input, a case for each span with a verdict. Without times: the same inputs give the same bytes.
/// </summary>
/// <remarks>https://github.com/jenkinsci/xunit-plugin/blob/master/src/main/resources/org/jenkinsci/plugins/xunit/types/model/xsd/junit-10.xsd</remarks>
internal sealed class JunitAuditReport(Stream output) : IAuditReport, IDisposable
{
    private const string Verify = $"{Tool.Name} verify";
    private const string Failure = "failure";
    private const string Error = "error";
    private const string Remark = "system-out";
    private const string NoTime = "0";
    private const int MaxNameRunes = 200;

    private static readonly XmlWriterSettings Fragment = new() { ConformanceLevel = ConformanceLevel.Fragment };

    private static readonly XmlWriterSettings Document = new()
    {
        Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
        Indent = true,
        NewLineChars = "\n",
        CloseOutput = false,
    };

    private readonly Spool _cases = new();
    private readonly List<JunitSuite> _suites = [];

    private AuditHeader? _header;
    private JunitSuite _suite = new();

    /// <summary>A report of an audit that could not begin: one case, and it is in error.</summary>
    public static void WriteRefusal(Stream output, string error)
    {
        using var report = new JunitAuditReport(output);
        report.End(new AuditSummary { Failure = error });
    }

    public void Begin(AuditHeader header) => _header = header;

    public void Span(AuditedSpan span)
    {
        var verdict = span.Verdict;
        var name = $"{PrintableText.Escape(verdict.Name, MaxNameRunes)} (trace {ReportWords.Id(verdict.TraceId)}, "
            + $"span {ReportWords.Id(verdict.SpanId)}, {span.Place})";
        var element = span.Outcome switch
        {
            VerificationOutcome.Verified => verdict.Verdict == Verdict.Verified ? null : Remark,
            VerificationOutcome.IntegrityFailure => Failure,
            _ => Error,
        };
        WriteCase(name, verdict.Tenant, element, verdict.Text, string.Join(", ", ReportWords.DetailsOf(verdict)));
    }

    public void EndInput(AuditInput input)
    {
        if (input.Error is { } error)
        {
            WriteError("input", error);
        }

        EndSuite(input.Path, input);
    }

    public void End(AuditSummary summary)
    {
        if (summary.Failure is { } failure)
        {
            WriteError("audit", failure);
            EndSuite(Verify, null);
        }
        else if (summary.Errors.Count == 0 && summary.Counts.Judged == 0)
        {
            // No cases at all would be a success to a build server.
            WriteError("nothing-to-verify", ReportWords.Explain(summary));
            EndSuite(Verify, null);
        }

        using (var xml = XmlWriter.Create(output, Document))
        {
            WriteDocument(xml);
        }

        output.WriteByte((byte)'\n');
        output.Flush();
    }

    public void Dispose() => _cases.Dispose();

    private void WriteError(string type, string message) => WriteCase(type, null, Error, type, message);

    private void EndSuite(string name, AuditInput? input)
    {
        _suite.Name = PrintableText.Escape(name);
        _suite.Input = input;
        _suites.Add(_suite);
        _suite = new JunitSuite();
    }

    /// <summary>A line of the spool is a case. All texts are printable, and so without line breaks.</summary>
    private void WriteCase(string name, string? tenant, string? element, string type, string text)
    {
        _suite.Tests++;
        _suite.Failures += element == Failure ? 1 : 0;
        _suite.Errors += element == Error ? 1 : 0;
        using (var xml = XmlWriter.Create(_cases.Writer, Fragment))
        {
            xml.WriteStartElement("testcase");
            xml.WriteAttributeString("name", name);
            xml.WriteAttributeString("classname", tenant ?? _header?.Options.Tenant ?? Tool.Name);
            xml.WriteAttributeString("time", NoTime);
            if (element is not null)
            {
                xml.WriteStartElement(element);
                WriteContent(xml, element, type, PrintableText.Escape(text));
                xml.WriteEndElement();
            }

            xml.WriteEndElement();
        }

        _cases.Writer.WriteLine();
    }

    private static void WriteContent(XmlWriter xml, string element, string type, string text)
    {
        if (element == Remark)
        {
            xml.WriteString($"{type}: {text}");
            return;
        }

        var meaning = VerdictMeaning.Of(type);
        xml.WriteAttributeString("type", type);
        xml.WriteAttributeString("message", meaning.Length > 0 ? meaning : text);
        xml.WriteString(text);
    }

    private void WriteDocument(XmlWriter xml)
    {
        xml.WriteStartElement("testsuites");
        xml.WriteAttributeString("name", Verify);
        WriteTotals(xml, _suites.Sum(suite => suite.Tests), _suites.Sum(suite => suite.Failures), _suites.Sum(suite => suite.Errors));
        using var cases = _cases.ReadLines().GetEnumerator();
        foreach (var suite in _suites)
        {
            xml.WriteStartElement("testsuite");
            xml.WriteAttributeString("name", suite.Name);
            WriteTotals(xml, suite.Tests, suite.Failures, suite.Errors);
            WriteProperties(xml, suite);
            for (var i = 0L; i < suite.Tests && cases.MoveNext(); i++)
            {
                xml.WriteRaw($"\n    {cases.Current}");
            }

            xml.WriteRaw("\n  ");
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    }

    private static void WriteTotals(XmlWriter xml, long tests, long failures, long errors)
    {
        xml.WriteAttributeString("tests", ReportWords.Number(tests));
        xml.WriteAttributeString("failures", ReportWords.Number(failures));
        xml.WriteAttributeString("errors", ReportWords.Number(errors));
        xml.WriteAttributeString("time", NoTime);
    }

    private void WriteProperties(XmlWriter xml, JunitSuite suite)
    {
        xml.WriteStartElement("properties");
        WriteProperty(xml, "tool", $"{Tool.Name} {Tool.Version}");
        WriteProperty(xml, "format", FormatVersion.Span);
        if (_header is { } header)
        {
            WriteProperty(xml, "trust", header.Trust.Source);
            WriteProperty(xml, "trust.sha256", header.Trust.Sha256);
            WriteProperty(xml, "root", header.Trust.Root);
            WriteProperty(xml, "pinned", header.Trust.IsPinned ? "true" : "false");
            WriteProperty(xml, "tenant", ReportWords.TenantOf(header));
        }

        if (suite.Input is { } input)
        {
            WriteProperty(xml, "sha256", input.Sha256 ?? "not read to its end");
            WriteProperty(xml, "spans", ReportWords.Number(input.Spans));
        }

        xml.WriteEndElement();
    }

    private static void WriteProperty(XmlWriter xml, string name, string value)
    {
        xml.WriteStartElement("property");
        xml.WriteAttributeString("name", name);
        xml.WriteAttributeString("value", PrintableText.Escape(value));
        xml.WriteEndElement();
    }
}
