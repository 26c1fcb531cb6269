using KmsGateway.Evidence.Signing;

namespace KmsGateway.Evidence.Verification;

/// <summary>For few spans: 64 bytes and their place in a set for each.</summary>
internal sealed class VerifiedSpansInMemory : IVerifiedSpans
{
    private readonly HashSet<UInt128> _spans = [];
    private readonly HashSet<(UInt128 Span, UInt128 Content)> _contents = [];

    public Repetition Add(Statement statement)
    {
        var names = VerifiedSpan.Of(statement);
        if (!_contents.Add((names.Span, names.Content)))
        {
            return Repetition.SameContent;
        }

        return _spans.Add(names.Span) ? Repetition.None : Repetition.OtherContent;
    }
}
