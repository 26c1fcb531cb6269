using KmsGateway.Evidence.Signing;

namespace KmsGateway.Proxy.Protection;

/// <summary>The spans of one request that were marked, by reason: one line in the log for each reason, not for each span.</summary>
internal sealed class UnsignableSpans
{
    private readonly SortedDictionary<string, UnsignableExample> _byReason = new(StringComparer.Ordinal);

    public IEnumerable<(string Reason, UnsignableExample Example)> ByReason => _byReason.Select(pair => (pair.Key, pair.Value));

    public void Add(string reason, CanonicalSpan span) => _byReason[reason] = _byReason.GetValueOrDefault(reason).And(span);
}
