using KmsGateway.Evidence.Signing;

namespace KmsGateway.Proxy.Protection;

/// <summary>What became of an owner's compliance spans, for metrics and log.</summary>
internal sealed class ProtectionTally
{
    private readonly SortedDictionary<string, SpanExample> _unsigned = new(StringComparer.Ordinal);

    public int Signed { get; private set; }

    /// <summary>Values that leave encrypted.</summary>
    public int Encrypted { get; private set; }

    /// <summary>Values that do not leave, because there is no key for them.</summary>
    public int Withheld { get; private set; }

    /// <summary>Signed, and with an attribute that a store may cut.</summary>
    public SpanExample Oversize { get; private set; }

    /// <summary>By reason: one line in the log for each, not for each span.</summary>
    public IEnumerable<(string Reason, SpanExample Example)> Unsigned => _unsigned.Select(pair => (pair.Key, pair.Value));

    public void AddSigned(CanonicalSpan span)
    {
        Signed++;
        Oversize = span.IsOversize ? Oversize.And(span) : Oversize;
    }

    public void AddValues(int values, bool isEncrypted)
    {
        Encrypted += isEncrypted ? values : 0;
        Withheld += isEncrypted ? 0 : values;
    }

    public void AddUnsigned(string reason, CanonicalSpan span) => _unsigned[reason] = _unsigned.GetValueOrDefault(reason).And(span);
}
