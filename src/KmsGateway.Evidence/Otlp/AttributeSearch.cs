using System.Runtime.InteropServices;

namespace KmsGateway.Evidence.Otlp;

/// <summary>The outermost attributes of spans, their events and links that somebody asks for. Reused from request to request.</summary>
public sealed class AttributeSearch
{
    private readonly List<FoundSpan> _spans = [];
    private readonly List<AttributeView> _attributes = [];

    /// <summary>Which attributes of spans.</summary>
    public KeyPatterns OfSpans { get; set; } = KeyPatterns.None;

    /// <summary>Which attributes of events and links.</summary>
    public KeyPatterns OfOthers { get; set; } = KeyPatterns.None;

    /// <summary>How many it takes: there may be one for every five bytes.</summary>
    public int MaxFound { get; set; } = int.MaxValue;

    /// <summary>There are more than it takes.</summary>
    public bool HasMore { get; private set; }

    /// <summary>The spans that have some.</summary>
    public ReadOnlySpan<FoundSpan> Spans => CollectionsMarshal.AsSpan(_spans);

    /// <summary>The attributes of one of them, in the order of the bytes.</summary>
    public ReadOnlySpan<AttributeView> Of(in FoundSpan span) => CollectionsMarshal.AsSpan(_attributes)[span.Attributes];

    public void Reset()
    {
        _spans.ClearForReuse();
        _attributes.ClearForReuse();
        HasMore = false;
    }

    internal KeyPatterns Keys(AttributeScope scope) => scope == AttributeScope.Span ? OfSpans : OfOthers;

    /// <summary>Begins a span. Its place among the attributes follows when it ends.</summary>
    internal FoundSpan Begin() => new() { Attributes = _attributes.Count.._attributes.Count };

    internal void Add(in AttributeView attribute)
    {
        if (_attributes.Count < MaxFound)
        {
            _attributes.Add(attribute);
        }
        else
        {
            HasMore = true;
        }
    }

    /// <summary>Keeps a span if something was found in it.</summary>
    /// <returns>How much.</returns>
    internal int End(FoundSpan span)
    {
        var first = span.Attributes.Start.Value;
        if (_attributes.Count > first)
        {
            span.Attributes = first.._attributes.Count;
            _spans.Add(span);
        }

        return _attributes.Count - first;
    }
}
