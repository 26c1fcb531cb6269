using KmsGateway.Evidence.Verification;

namespace KmsGateway.Cli.Auditing;

/// <summary>What an audit found.</summary>
internal sealed record AuditSummary
{
    public IReadOnlyList<AuditInput> Inputs { get; init; } = [];

    public VerificationCounts Counts { get; init; } = new();

    /// <summary>The first and the last signing time.</summary>
    public (ulong From, ulong To)? Period { get; init; }

    public IReadOnlyList<KeyUse> Keys { get; init; } = [];

    public IReadOnlyList<PolicyUse> Policies { get; init; } = [];

    /// <summary>Verified spans under policies that are too many to be listed.</summary>
    public long SpansOfFurtherPolicies { get; init; }

    /// <summary>What kept the audit from beginning, or ended it before the end of its inputs.</summary>
    public string? Failure { get; init; }

    /// <summary>What could not be read, one line each.</summary>
    public IReadOnlyList<string> Errors => [.. Inputs.Select(input => input.Error).Append(Failure).OfType<string>()];

    public int ExitCode => Errors.Count > 0 ? Terminal.ExitCode.UsageOrIo : (int)Counts.Outcome;

    public string Result => Errors.Count > 0 ? "error" : Counts.Outcome switch
    {
        VerificationOutcome.Verified => "verified",
        VerificationOutcome.IntegrityFailure => "integrity-failure",
        _ => "unverifiable",
    };
}
