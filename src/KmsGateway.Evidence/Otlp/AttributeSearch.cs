using System.Runtime.InteropServices;

namespace KmsGateway.Evidence.Otlp;

/// <summary>The outermost attributes of one span, its events and links that somebody asks for, and the ids of the span. Reused from span to span.</summary>
public sealed class AttributeSearch
{
    private const int TraceIdSize = 16;
    private const int SpanIdSize = 8;
    private const int KeptCapacity = 16_384;

    private readonly List<AttributeView> _found = [];
    private readonly byte[] _traceId = new byte[TraceIdSize];
    private readonly byte[] _spanId = new byte[SpanIdSize];
    private bool _hasTraceId;
    private bool _hasSpanId;

    /// <summary>Which attributes of spans.</summary>
    public KeyPatterns OfSpans { get; set; } = KeyPatterns.None;

    /// <summary>Which attributes of events and links.</summary>
    public KeyPatterns OfOthers { get; set; } = KeyPatterns.None;

    /// <summary>In the order of the bytes.</summary>
    public ReadOnlySpan<AttributeView> Found => CollectionsMarshal.AsSpan(_found);

    /// <summary>Empty if the span has none, or none that is one.</summary>
    public ReadOnlySpan<byte> TraceId => _hasTraceId ? _traceId : default;

    /// <inheritdoc cref="TraceId"/>
    public ReadOnlySpan<byte> SpanId => _hasSpanId ? _spanId : default;

    internal KeyPatterns Of(AttributeScope scope) => scope == AttributeScope.Span ? OfSpans : OfOthers;

    internal void Reset()
    {
        _found.Clear();
        if (_found.Capacity > KeptCapacity)
        {
            _found.Capacity = KeptCapacity;
        }

        (_hasTraceId, _hasSpanId) = (false, false);
    }

    internal void Add(in AttributeView attribute) => _found.Add(attribute);

    internal void TakeTraceId(ReadOnlySpan<byte> id) => _hasTraceId = TryTake(id, _traceId);

    internal void TakeSpanId(ReadOnlySpan<byte> id) => _hasSpanId = TryTake(id, _spanId);

    private static bool TryTake(ReadOnlySpan<byte> id, Span<byte> destination)
    {
        if (id.Length != destination.Length || !id.ContainsAnyExcept((byte)0))
        {
            return false;
        }

        id.CopyTo(destination);
        return true;
    }
}
