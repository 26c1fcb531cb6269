using System.Collections.Concurrent;
using KmsGateway.Evidence.Verification;
using KmsGateway.Evidence.Verification.Inputs;

namespace KmsGateway.Cli.Auditing;

/// <summary>Verifies documents on all cores: nearly all of an audit's time is signatures.</summary>
internal sealed class DocumentVerifiers(AuditHeader header)
{
    /// <summary>Few large documents are as much work as many small ones.</summary>
    public const int MaxBytes = 64 * 1024 * 1024;

    private readonly ConcurrentBag<SpanVerifier> _idle = [];

    /// <summary>How many documents may be under way: enough to keep every core busy while one is waited for.</summary>
    public static int MaxBegun => 2 * Environment.ProcessorCount;

    public Task<VerifiedDocument> Begin(TraceDocument document)
    {
        var verified = new VerifiedDocument(document);
        return Task.Run(() =>
        {
            var verifier = _idle.TryTake(out var idle) ? idle : new SpanVerifier(header.Trust.File, header.Options);
            verified.Verify(verifier);
            _idle.Add(verifier);
            return verified;
        });
    }
}
