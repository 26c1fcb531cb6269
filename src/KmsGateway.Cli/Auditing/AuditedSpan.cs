using KmsGateway.Evidence.Verification;

namespace KmsGateway.Cli.Auditing;

/// <summary>A verdict, and where the span was found.</summary>
internal sealed record AuditedSpan(string File, long Line, SpanVerdict Verdict)
{
    /// <summary>What this span alone would make of an audit.</summary>
    public VerificationOutcome Outcome
    {
        get
        {
            var alone = new VerificationCounts();
            alone.Add(Verdict);
            return alone.Outcome;
        }
    }
}
