namespace KmsGateway.Evidence.Verification;

/// <summary>For few spans: 48 bytes and two places in sets for each.</summary>
public sealed class VerifiedSpansInMemory : IVerifiedSpans
{
    private readonly HashSet<UInt128> _spans = [];
    private readonly HashSet<VerifiedSpan> _contents = [];

    public Repetition Add(VerifiedSpan span)
    {
        if (!_contents.Add(span))
        {
            return Repetition.SameContent;
        }

        return _spans.Add(span.Span) ? Repetition.None : Repetition.OtherContent;
    }
}
