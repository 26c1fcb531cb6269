using KmsGateway.Evidence.Verification;
using KmsGateway.Evidence.Verification.Inputs;

namespace KmsGateway.Cli.Auditing;

/// <summary>A verdict, and where the span was found.</summary>
internal sealed record AuditedSpan(string File, TracePlace Place, SpanVerdict Verdict)
{
    /// <summary>As editors and compilers name a line; a request of a file without lines by its number.</summary>
    public string Where => $"{File}{(Place.IsLine ? ':' : '#')}{Place.Number}";

    /// <summary>What this span alone would make of an audit.</summary>
    public VerificationOutcome Outcome => VerificationCounts.OutcomeOf(Verdict.Verdict);
}
