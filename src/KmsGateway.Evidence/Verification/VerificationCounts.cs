namespace KmsGateway.Evidence.Verification;

/// <summary>How many spans of each verdict a verification has seen, and what that makes of it as a whole.</summary>
public sealed class VerificationCounts
{
    private readonly SortedDictionary<string, long> _byText = new(StringComparer.Ordinal);

    /// <summary>All spans, also those that are neither signed nor compliance spans.</summary>
    public long Seen { get; private set; }

    /// <summary>Spans with a verdict.</summary>
    public long Judged { get; private set; }

    public long Verified { get; private set; }

    /// <summary>Spans of which neither can be said.</summary>
    public long Unverifiable { get; private set; }

    public long Failed => Judged - Verified - Unverifiable;

    /// <summary>Spans that need no signature and have none.</summary>
    public long Ordinary => Seen - Judged;

    public IReadOnlyDictionary<string, long> ByVerdict => _byText;

    public VerificationOutcome Outcome { get; private set; } = VerificationOutcome.Unverifiable;

    public void AddSeen(long spans) => Seen += spans;

    public void Add(SpanVerdict verdict)
    {
        Judged++;
        _byText[verdict.Text] = _byText.GetValueOrDefault(verdict.Text) + 1;
        var outcome = OutcomeOf(verdict.Verdict);
        Verified += outcome == VerificationOutcome.Verified ? 1 : 0;
        Unverifiable += outcome == VerificationOutcome.Unverifiable ? 1 : 0;
        Outcome = Judged == 1 ? outcome : Worse(Outcome, outcome);
    }

    /// <summary>What a verdict alone would make of a verification.</summary>
    public static VerificationOutcome OutcomeOf(Verdict verdict) => verdict switch
    {
        Verdict.Verified or Verdict.VerifiedWithAdditions or Verdict.Duplicate or Verdict.Conflict => VerificationOutcome.Verified,
        Verdict.UnknownKey or Verdict.Unsigned or Verdict.UnsupportedVersion or Verdict.LossyStore => VerificationOutcome.Unverifiable,
        _ => VerificationOutcome.IntegrityFailure,
    };

    private static VerificationOutcome Worse(VerificationOutcome left, VerificationOutcome right) =>
        left == VerificationOutcome.IntegrityFailure || right == VerificationOutcome.IntegrityFailure
            ? VerificationOutcome.IntegrityFailure
            : (VerificationOutcome)Math.Max((int)left, (int)right);
}
