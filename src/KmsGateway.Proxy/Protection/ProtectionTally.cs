using KmsGateway.Evidence.Signing;

namespace KmsGateway.Proxy.Protection;

/// <summary>What became of an owner's compliance spans, for metrics and log.</summary>
internal sealed class ProtectionTally
{
    private readonly SortedDictionary<string, SpanExample> _unsigned = new(StringComparer.Ordinal);

    public int Signed { get; private set; }

    /// <summary>Signed, and with an attribute that a store may cut.</summary>
    public SpanExample Oversize { get; private set; }

    /// <summary>By reason: one line in the log for each, not for each span.</summary>
    public IEnumerable<(string Reason, SpanExample Example)> Unsigned => _unsigned.Select(pair => (pair.Key, pair.Value));

    public void AddSigned(CanonicalSpan span)
    {
        Signed++;
        Oversize = span.IsOversize ? Oversize.And(span) : Oversize;
    }

    public void AddUnsigned(string reason, CanonicalSpan span) => _unsigned[reason] = _unsigned.GetValueOrDefault(reason).And(span);
}
