using KmsGateway.Evidence.Verification;

namespace KmsGateway.Cli.Auditing;

/// <summary>What an audit found.</summary>
internal sealed record AuditSummary
{
    public IReadOnlyList<AuditInput> Inputs { get; init; } = [];

    public VerificationCounts Counts { get; init; } = new();

    /// <summary>The first and the last signing time.</summary>
    public (ulong From, ulong To)? Period { get; init; }

    /// <summary>What could not be read, one line each.</summary>
    public IReadOnlyList<string> Errors { get; init; } = [];

    public int ExitCode => Errors.Count > 0 ? Terminal.ExitCode.UsageOrIo : (int)Counts.Outcome;

    public string Result => Errors.Count > 0 ? "error" : Counts.Outcome switch
    {
        VerificationOutcome.Verified => "verified",
        VerificationOutcome.IntegrityFailure => "integrity-failure",
        _ => "unverifiable",
    };
}
