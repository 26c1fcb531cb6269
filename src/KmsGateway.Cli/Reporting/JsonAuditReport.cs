using System.Text.Json;
using KmsGateway.Cli.Auditing;
using KmsGateway.Cli.Terminal;
using KmsGateway.Cryptography;
using KmsGateway.Evidence.Signing;

namespace KmsGateway.Cli.Reporting;

/// <summary>
/// One JSON object: first what is known beforehand, then the spans as they come, then what they add up to. The same inputs give the same
/// bytes.
/// </summary>
internal sealed class JsonAuditReport(Stream output) : IAuditReport, IDisposable
{
    private const int FlushBytes = 32 * 1024;

    private readonly Utf8JsonWriter _json = new(output, new JsonWriterOptions { Indented = true, NewLine = "\n" });

    private AuditHeader? _header;

    /// <summary>A report of an audit that could not begin: still one object, with all its members.</summary>
    public static void WriteRefusal(Stream output, IReadOnlyList<string> command, string error)
    {
        using var report = new JsonAuditReport(output);
        report.Begin(command, null);
        report.End(new AuditSummary { Failure = error });
    }

    public void Begin(AuditHeader header)
    {
        _header = header;
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
        _json.WriteString("pol", verdict.Policy);
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
        WriteKeys(summary);
        WritePolicies(summary);
        WritePolicyDocuments(summary);
        var checks = _header is null ? AuditChecks.None : AuditChecks.Of(_header);
        _json.WriteStartObject("checks");
        WriteList("performed", checks.Performed);
        WriteList("not_performed", checks.NotPerformed);
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
            _json.WriteString("error", input.Error);
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

    private void WriteKeys(AuditSummary summary)
    {
        _json.WriteStartArray("keys");
        foreach (var (key, spans) in summary.Keys)
        {
            _json.WriteStartObject();
            _json.WriteString("kid", key.Key.Kid);
            _json.WriteString("alg", key.Key.Algorithm);
            _json.WriteString("tenant", key.Tenant);
            _json.WriteString("status", KeyEvent.StatusName(key.Status));
            WriteTime("valid_from", key.NotBefore);
            WriteTime("valid_until", key.Expires);
            WriteTime("revoked_at", key.RevokedAt);
            _json.WriteString("reason", key.Reason);
            _json.WriteNumber("verified", spans);
            _json.WriteEndObject();
        }

        _json.WriteEndArray();
    }

    private void WritePolicies(AuditSummary summary)
    {
        _json.WriteStartArray("policies");
        foreach (var use in summary.Policies)
        {
            _json.WriteStartObject();
            _json.WriteString("pol", use.Id);
            _json.WriteString("tenant", use.Tenant);
            WriteTime("first", use.First);
            WriteTime("last", use.Last);
            _json.WriteNumber("verified", use.Spans);
            _json.WriteString("document", _header?.Policies.FirstOrDefault(policy => policy.Is(use))?.Path);
            _json.WriteEndObject();
        }

        _json.WriteEndArray();
        _json.WriteNumber("verified_under_further_policies", summary.SpansOfFurtherPolicies);
    }

    private void WritePolicyDocuments(AuditSummary summary)
    {
        _json.WriteStartArray("policy_documents");
        foreach (var policy in _header?.Policies ?? [])
        {
            var document = policy.Document;
            _json.WriteStartObject();
            _json.WriteString("path", policy.Path);
            _json.WriteString("pol", document.Id);
            _json.WriteString("tenant", document.Tenant);
            _json.WriteBoolean("named", summary.Policies.Any(policy.Is));
            _json.WriteString("mode", document.Mode);
            WriteList("rules", document.Rules);
            _json.WriteStartObject("coverage");
            WriteList("attr", document.Coverage.Attributes.Patterns);
            WriteList("res", document.Coverage.Resource.Patterns);
            _json.WriteEndObject();
            WriteList("encryption", document.Encryption);
            WriteOversize(document.Oversize);
            _json.WriteEndObject();
        }

        _json.WriteEndArray();
    }

    private void WriteOversize(OversizeRule? rule)
    {
        if (rule is null)
        {
            _json.WriteNull("oversize");
            return;
        }

        _json.WriteStartObject("oversize");
        _json.WriteNumber("bytes", rule.Bytes);
        _json.WriteString("on", rule.Action);
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
