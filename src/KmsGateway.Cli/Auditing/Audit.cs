using KmsGateway.Evidence.Otlp;
using KmsGateway.Evidence.Verification;
using KmsGateway.Evidence.Verification.Inputs;

namespace KmsGateway.Cli.Auditing;

/// <summary>Verifies files span by span. What cannot be read is an error of its file; the others are verified all the same.</summary>
internal sealed class Audit
{
    private readonly AuditHeader _header;
    private readonly IAuditReport _report;
    private readonly SpanVerifier _verifier;
    private readonly VerificationCounts _counts = new();
    private readonly List<AuditInput> _inputs = [];
    private readonly List<string> _errors = [];
    private (ulong From, ulong To)? _period;

    public Audit(AuditHeader header, IAuditReport report, IVerifiedSpans verified)
    {
        _header = header;
        _report = report;
        _verifier = new SpanVerifier(header.Trust.File, header.Options, verified);
    }

    /// <summary>Is told the file, the bytes read of it and the spans seen in all.</summary>
    public Action<string, long, long>? Progress { get; init; }

    public async Task<AuditSummary> RunAsync(IEnumerable<AuditFile> files, CancellationToken cancellationToken)
    {
        _report.Begin(_header);
        try
        {
            foreach (var file in files)
            {
                await RunAsync(file, cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            _errors.Add("interrupted: the files were not read to their end");
        }

        var summary = new AuditSummary { Inputs = _inputs, Counts = _counts, Period = _period, Errors = _errors };
        _report.End(summary);
        return summary;
    }

    private async Task RunAsync(AuditFile file, CancellationToken cancellationToken)
    {
        TraceFileReader reader;
        try
        {
            reader = new TraceFileReader(file.Open());
        }
        catch (Exception error) when (FileTrouble.Is(error))
        {
            _errors.Add(FileTrouble.Describe(file.Path, error));
            return;
        }

        await using (reader)
        {
            var before = _counts.Seen;
            var isComplete = false;
            try
            {
                await ReadAsync(file, reader, cancellationToken);
                isComplete = true;
            }
            catch (Exception error) when (FileTrouble.Is(error))
            {
                _errors.Add(FileTrouble.Describe(file.Path, error));
            }
            finally
            {
                _inputs.Add(new AuditInput(file.Path, isComplete ? reader.Sha256 : null, reader.Length, _counts.Seen - before));
            }
        }
    }

    private async Task ReadAsync(AuditFile file, TraceFileReader reader, CancellationToken cancellationToken)
    {
        var broken = new BrokenDocuments(file.Path);
        await foreach (var document in reader.ReadAsync(cancellationToken))
        {
            var error = document.Error != OtlpError.None ? document.Error : Verify(file, document);
            if (error != OtlpError.None)
            {
                broken.Add(document, error);
            }

            Progress?.Invoke(file.Path, reader.Length, _counts.Seen);
            cancellationToken.ThrowIfCancellationRequested();
        }

        if (broken.Message is { } message)
        {
            _errors.Add(message);
        }
    }

    private OtlpError Verify(AuditFile file, TraceDocument document)
    {
        var error = _verifier.Verify(
            document.Bytes, document.Encoding, verdict => Take(file, document.Place, verdict), out var spans, document.Store);
        _counts.AddSeen(error == OtlpError.None ? spans : 0);
        return error;
    }

    private void Take(AuditFile file, TracePlace place, SpanVerdict verdict)
    {
        _counts.Add(verdict);
        if (verdict.IssuedAt is { } time)
        {
            _period = _period is { } period ? (Math.Min(period.From, time), Math.Max(period.To, time)) : (time, time);
        }

        _report.Span(new AuditedSpan(file.Path, place, verdict));
    }
}
