namespace KmsGateway.Evidence.Verification;

/// <summary>Remembers which spans have been verified, over all inputs of one verification.</summary>
public interface IVerifiedSpans
{
    /// <summary>The verdict about a span in the light of those before it (docs/format.md, X-23 and X-24).</summary>
    public SpanVerdict Judge(SpanVerdict verdict)
    {
        if (verdict.Identity is not { } span)
        {
            return verdict;
        }

        return Add(span) switch
        {
            Repetition.None => verdict,
            Repetition.SameContent => verdict with { Verdict = Verdict.Duplicate, Additions = [] },
            _ => verdict with { Verdict = Verdict.Conflict, Additions = [] },
        };
    }

    Repetition Add(VerifiedSpan span);
}
