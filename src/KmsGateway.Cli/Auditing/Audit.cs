using KmsGateway.Evidence.Otlp;
using KmsGateway.Evidence.Verification;
using KmsGateway.Evidence.Verification.Inputs;

namespace KmsGateway.Cli.Auditing;

/// <summary>Verifies files span by span. What cannot be read is an error of its file; the others are verified all the same.</summary>
internal sealed class Audit
{
    private readonly AuditHeader _header;
    private readonly IAuditReport _report;
    private readonly IVerifiedSpans _verified;
    private readonly DocumentVerifiers _verifiers;
    private readonly VerificationCounts _counts = new();
    private readonly List<AuditInput> _inputs = [];
    private readonly List<string> _errors = [];
    private (ulong From, ulong To)? _period;

    public Audit(AuditHeader header, IAuditReport report, IVerifiedSpans verified)
    {
        _header = header;
        _report = report;
        _verified = verified;
        _verifiers = new DocumentVerifiers(header);
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

    // Documents are verified on all cores and taken in their order: what is said of one may depend on those before it.
    private async Task ReadAsync(AuditFile file, TraceFileReader reader, CancellationToken cancellationToken)
    {
        var broken = new BrokenDocuments(file.Path);
        var begun = new Queue<Task<VerifiedDocument>>();
        var bytes = 0L;
        await foreach (var document in reader.ReadAsync(cancellationToken))
        {
            begun.Enqueue(_verifiers.Begin(document));
            bytes += document.Bytes.Length;
            while (begun.Count > 0 && (begun.Count > DocumentVerifiers.MaxBegun || bytes > DocumentVerifiers.MaxBytes))
            {
                bytes -= Take(file, reader, await begun.Dequeue(), broken);
            }

            cancellationToken.ThrowIfCancellationRequested();
        }

        while (begun.TryDequeue(out var document))
        {
            Take(file, reader, await document, broken);
        }

        if (broken.Message is { } message)
        {
            _errors.Add(message);
        }
    }

    private int Take(AuditFile file, TraceFileReader reader, VerifiedDocument verified, BrokenDocuments broken)
    {
        using (verified)
        {
            foreach (var verdict in verified.Verdicts)
            {
                Take(file, verified.Document.Place, _verified.Judge(verdict));
            }

            // What was judged before the error stands; of the rest nothing is known.
            _counts.AddSeen(verified.Error == OtlpError.None ? verified.SpanCount : verified.Verdicts.Count);
            broken.AddIf(verified);

            Progress?.Invoke(file.Path, reader.Length, _counts.Seen);
            return verified.Document.Bytes.Length;
        }
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
