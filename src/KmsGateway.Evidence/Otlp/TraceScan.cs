using System.Runtime.InteropServices;

namespace KmsGateway.Evidence.Otlp;

/// <summary>What a scan of one request found. Reused from request to request.</summary>
public sealed class TraceScan
{
    private readonly List<SpanView> _spans = [];
    private readonly List<MessageNode> _nodes = [];

    /// <summary>Whether it also takes the spans that nobody asked for. They are not <see cref="SpanView.IsWanted"/>.</summary>
    public bool TakesAll { get; set; }

    /// <summary>Spans of the request, asked for or not.</summary>
    public int SpanCount { get; set; }

    /// <summary>The spans that are wanted or have reserved attributes, or all of them, in the order of the body.</summary>
    public ReadOnlySpan<SpanView> Spans => CollectionsMarshal.AsSpan(_spans);

    /// <summary>The messages that hold those spans; a parent stands before its children.</summary>
    public Span<MessageNode> Nodes => CollectionsMarshal.AsSpan(_nodes);

    public void Reset()
    {
        SpanCount = 0;
        _spans.ClearForReuse();
        _nodes.ClearForReuse();
    }

    public void Add(in SpanView span) => _spans.Add(span);

    /// <summary>JSON: gives the spans from <paramref name="first"/> on the object that turned out to hold them.</summary>
    public void CloseScopeSpans(int first, Range scopeSpans)
    {
        foreach (ref var span in CollectionsMarshal.AsSpan(_spans)[first..])
        {
            span.ScopeSpans = scopeSpans;
        }
    }

    /// <summary>JSON: as <see cref="CloseScopeSpans"/>; then drops the spans that nobody asked for.</summary>
    public void CloseResourceSpans(int first, Range resourceSpans, bool isWanted)
    {
        var kept = first;
        var spans = CollectionsMarshal.AsSpan(_spans);
        for (var i = first; i < spans.Length; i++)
        {
            ref var span = ref spans[i];
            span.ResourceSpans = resourceSpans;
            span.IsWanted |= isWanted;
            if (span.IsWanted || span.HasReserved || TakesAll)
            {
                spans[kept++] = span;
            }
        }

        CollectionsMarshal.SetCount(_spans, kept);
    }

    public int AddNode(int parent, int lengthStart, int contentStart, int contentEnd)
    {
        _nodes.Add(new MessageNode { Parent = parent, LengthStart = lengthStart, ContentStart = contentStart, ContentEnd = contentEnd });
        return _nodes.Count - 1;
    }
}
