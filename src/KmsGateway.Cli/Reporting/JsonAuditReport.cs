using System.Text.Json;
using KmsGateway.Cli.Terminal;
using KmsGateway.Evidence.Signing;

namespace KmsGateway.Cli.Auditing;

/// <summary>
/// One JSON object: first what is known beforehand, then the spans as they come, then what they add up to. The same inputs give the same
/// bytes.
/// </summary>
internal sealed class JsonAuditReport(Stream output) : IAuditReport, IDisposable
{
    private const int FlushBytes = 32 * 1024;

    private readonly Utf8JsonWriter _json = new(output, new JsonWriterOptions { Indented = true, NewLine = "\n" });

    private AuditChecks _checks = AuditChecks.None;

    /// <summary>A report of an audit that could not begin: still one object, with all its members.</summary>
    public static void WriteRefusal(Stream output, IReadOnlyList<string> command, string error)
    {
        using var report = new JsonAuditReport(output);
        report.Begin(command, null);
        report.End(new AuditSummary { Errors = [error] });
    }

    public void Begin(AuditHeader header)
    {
        _checks = AuditChecks.Of(header);
        Begin(header.Command, header);
    }

    public void Span(AuditedSpan span)
    {
        var verdict = span.Verdict;
        _json.WriteStartObject();
        _json.WriteString("file", span.File);
        _json.WriteNumber(span.Place.IsLine ? "line" : "request", span.Place.Number);
        _json.WriteString("trace_id", verdict.TraceId);
        _json.WriteString("span_id", verdict.SpanId);
        _json.WriteString("name", verdict.Name);
        _json.WriteString("verdict", verdict.Text);
        WriteList("groups", verdict.Groups.Select(SpanDigests.Name));
        _json.WriteString("reason", verdict.Reason);
        _json.WriteString("kid", verdict.Kid);
        _json.WriteString("tenant", verdict.Tenant);
        WriteTime("iat", verdict.IssuedAt);
        WriteList("additions", verdict.Additions);
        _json.WriteEndObject();
        if (_json.BytesPending > FlushBytes)
        {
            _json.Flush();
        }
    }

    public void End(AuditSummary summary)
    {
        _json.WriteEndArray();
        WriteInputs(summary);
        _json.WriteStartObject("period");
        WriteTime("from", summary.Period?.From);
        WriteTime("to", summary.Period?.To);
        _json.WriteEndObject();
        WritePopulation(summary);
        _json.WriteStartObject("checks");
        WriteList("performed", _checks.Performed);
        WriteList("not_performed", _checks.NotPerformed);
        _json.WriteEndObject();
        WriteList("errors", summary.Errors);
        _json.WriteString("result", summary.Result);
        _json.WriteNumber("exit_code", summary.ExitCode);
        _json.WriteEndObject();
        _json.Flush();
        output.WriteByte((byte)'\n');
        output.Flush();
    }

    public void Dispose() => _json.Dispose();

    private void Begin(IReadOnlyList<string> command, AuditHeader? header)
    {
        _json.WriteStartObject();
        _json.WriteStartObject("tool");
        _json.WriteString("name", Tool.Name);
        _json.WriteString("version", Tool.Version);
        _json.WriteEndObject();
        _json.WriteString("format", FormatVersion.Span);
        WriteList("command", command);
        WriteTrust(header?.Trust);
        _json.WriteString("tenant", header?.Options.Tenant);
        WriteList("min_coverage", header?.Options.MinCoverage.Patterns ?? []);
        WriteList("allow_added", header?.Options.AllowAdded.Patterns ?? []);
        _json.WriteStartArray("spans");
    }

    private void WriteTrust(LoadedTrust? trust)
    {
        if (trust is null)
        {
            _json.WriteNull("trust");
            return;
        }

        _json.WriteStartObject("trust");
        _json.WriteString("source", trust.Source);
        _json.WriteString("sha256", trust.Sha256);
        _json.WriteString("root", trust.Root);
        _json.WriteBoolean("pinned", trust.IsPinned);
        WriteTime("as_of", trust.File.AsOf);
        _json.WriteEndObject();
    }

    private void WriteInputs(AuditSummary summary)
    {
        _json.WriteStartArray("inputs");
        foreach (var input in summary.Inputs)
        {
            _json.WriteStartObject();
            _json.WriteString("path", input.Path);
            _json.WriteString("sha256", input.Sha256);
            _json.WriteNumber("bytes", input.Bytes);
            _json.WriteNumber("spans", input.Spans);
            _json.WriteEndObject();
        }

        _json.WriteEndArray();
    }

    private void WritePopulation(AuditSummary summary)
    {
        _json.WriteStartObject("population");
        _json.WriteNumber("seen", summary.Counts.Seen);
        _json.WriteNumber("judged", summary.Counts.Judged);
        _json.WriteNumber("verified", summary.Counts.Verified);
        _json.WriteNumber("ordinary", summary.Counts.Ordinary);
        _json.WriteStartObject("by_verdict");
        foreach (var (verdict, count) in summary.Counts.ByVerdict)
        {
            _json.WriteNumber(verdict, count);
        }

        _json.WriteEndObject();
        _json.WriteEndObject();
    }

    private void WriteList(string name, IEnumerable<string> items)
    {
        _json.WriteStartArray(name);
        foreach (var item in items)
        {
            _json.WriteStringValue(item);
        }

        _json.WriteEndArray();
    }

    private void WriteTime(string name, ulong? time) => _json.WriteString(name, time is { } value ? UtcText.Of(value) : null);
}
