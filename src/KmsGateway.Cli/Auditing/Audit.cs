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
    private readonly KeyUses _keys;
    private readonly PolicyUses _policies = new();
    private readonly List<AuditInput> _inputs = [];
    private (ulong From, ulong To)? _period;

    public Audit(AuditHeader header, IAuditReport report, IVerifiedSpans verified)
    {
        _header = header;
        _report = report;
        _verified = verified;
        _verifiers = new DocumentVerifiers(header);
        _keys = new KeyUses(header);
    }

    public Action<AuditPosition>? Progress { get; init; }

    public async Task<AuditSummary> RunAsync(IEnumerable<AuditFile> files, CancellationToken cancellationToken)
    {
        _report.Begin(_header);
        string? failure = null;
        try
        {
            foreach (var file in files)
            {
                await RunAsync(file, cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            failure = "interrupted: the files were not read to their end";
        }

        var summary = new AuditSummary
        {
            Inputs = _inputs,
            Counts = _counts,
            Period = _period,
            Keys = _keys.ToList(),
            Policies = _policies.ToList(),
            SpansOfFurtherPolicies = _policies.FurtherSpans,
            Failure = failure,
        };
        _report.End(summary);
        return summary;
    }

    private async Task RunAsync(AuditFile file, CancellationToken cancellationToken)
    {
        TraceFileReader reader;
        long? length;
        try
        {
            var stream = file.Open();
            length = stream.CanSeek ? stream.Length : null;
            reader = new TraceFileReader(stream);
        }
        catch (Exception trouble) when (FileTrouble.Is(trouble))
        {
            End(new AuditInput(file.Path, null, 0, 0, FileTrouble.Describe(file.Path, trouble)));
            return;
        }

        await using (reader)
        {
            var before = _counts.Seen;
            var isComplete = false;
            string? error = null;
            try
            {
                error = await ReadAsync(file, reader, length, cancellationToken);
                isComplete = true;
            }
            catch (Exception trouble) when (FileTrouble.Is(trouble))
            {
                error = FileTrouble.Describe(file.Path, trouble);
            }
            finally
            {
                End(new AuditInput(file.Path, isComplete ? reader.Sha256 : null, reader.Length, _counts.Seen - before, error));
            }
        }
    }

    private void End(AuditInput input)
    {
        _inputs.Add(input);
        _report.EndInput(input);
    }

    // Documents are verified on all cores and taken in their order: what is said of one may depend on those before it.
    private async Task<string?> ReadAsync(AuditFile file, TraceFileReader reader, long? length, CancellationToken cancellationToken)
    {
        var broken = new BrokenDocuments(file.Path);
        var begun = new Queue<Task<VerifiedDocument>>();
        var bytes = 0L;
        async Task TakeFirstAsync()
        {
            bytes -= Take(file, await begun.Dequeue(), broken);
            Progress?.Invoke(new AuditPosition(file.Path, reader.Length, length, _counts.Seen));
        }

        await foreach (var document in reader.ReadAsync(cancellationToken))
        {
            begun.Enqueue(_verifiers.Begin(document));
            bytes += document.Bytes.Length;
            while (begun.Count > 0 && (begun.Count > DocumentVerifiers.MaxBegun || bytes > DocumentVerifiers.MaxBytes))
            {
                await TakeFirstAsync();
            }

            cancellationToken.ThrowIfCancellationRequested();
        }

        while (begun.Count > 0)
        {
            await TakeFirstAsync();
        }

        return broken.Message;
    }

    private int Take(AuditFile file, VerifiedDocument verified, BrokenDocuments broken)
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
            return verified.Document.Bytes.Length;
        }
    }

    private void Take(AuditFile file, TracePlace place, SpanVerdict verdict)
    {
        _counts.Add(verdict);
        if (verdict.Identity is not null)
        {
            _keys.Add(verdict);
            _policies.Add(verdict);
        }

        if (verdict.IssuedAt is { } time)
        {
            _period = _period is { } period ? (Math.Min(period.From, time), Math.Max(period.To, time)) : (time, time);
        }

        _report.Span(new AuditedSpan(file.Path, place, verdict));
    }
}
