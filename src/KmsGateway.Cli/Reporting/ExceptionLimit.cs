using KmsGateway.Cli.Auditing;
using KmsGateway.Evidence.Verification;

namespace KmsGateway.Cli.Reporting;

/// <summary>Which exceptions a report for people lists: the first hundred of each kind, or all.</summary>
internal sealed class ExceptionLimit(bool listsAll)
{
    // Per kind: a hundred duplicates must not push one altered span out of sight.
    private const int MaxListed = 100;

    private readonly Dictionary<VerificationOutcome, long> _counts = [];

    public bool HasAny => _counts.Count > 0;

    /// <summary>Counts an exception, and tells whether it is listed.</summary>
    public bool Admits(AuditedSpan exception)
    {
        var before = CountOf(exception.Outcome);
        _counts[exception.Outcome] = before + 1;
        return listsAll || before < MaxListed;
    }

    public long CountOf(VerificationOutcome kind) => _counts.GetValueOrDefault(kind);

    public long UnlistedOf(VerificationOutcome kind) => listsAll ? 0 : Math.Max(0, CountOf(kind) - MaxListed);
}
