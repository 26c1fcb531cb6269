using System.Text;
using KmsGateway.Cryptography;
using KmsGateway.Evidence.Otlp;

namespace KmsGateway.Evidence.Compliance;

/// <summary>
/// Reads which tenant a span names: its own attribute, or else its resource's. Reused from span to span; a resource is read once.
/// </summary>
public sealed class SpanTenantReader : ISpanVisitor, IResourceVisitor
{
    private readonly byte[] _key;
    private Range? _resourceSpans;
    private string? _ofResource;
    private bool _resourceHasIt;

    // What the map that is being read has said so far.
    private bool _isReading;
    private int _depth;
    private bool _isNext;
    private int _count;
    private string? _text;

    public SpanTenantReader(string key)
    {
        _key = Encoding.UTF8.GetBytes(key);
    }

    /// <summary>The last span, or its resource, has the attribute.</summary>
    public bool IsPresent { get; private set; }

    /// <summary>The name; null if there is none, or no single text: two names are no name.</summary>
    public string? Name { get; private set; }

    /// <summary>Forgets the body.</summary>
    public void Reset() => _resourceSpans = null;

    /// <summary>Reads a span. An error means that the whole request cannot be decoded.</summary>
    public OtlpError Read(ITraceEncoding encoding, ReadOnlySpan<byte> body, in SpanView span)
    {
        if (encoding.ReadSpan(body, span, this) is var error && error != OtlpError.None)
        {
            return error;
        }

        (IsPresent, Name) = (_count > 0, _text);
        if (IsPresent)
        {
            return OtlpError.None;
        }

        if (!span.ResourceSpans.Equals(_resourceSpans))
        {
            error = encoding.ReadResource(body, span, this);
            (_resourceHasIt, _ofResource) = (_count > 0, _text);
            _resourceSpans = span.ResourceSpans;
        }

        (IsPresent, Name) = (_resourceHasIt, _ofResource);
        return error;
    }

    void ISpanVisitor.BeginAttributes() => Begin();

    void ISpanVisitor.EndAttributes() => _isReading = false;

    void IResourceVisitor.BeginResource() => Begin();

    void IResourceVisitor.EndResource() => _isReading = false;

    void IAttributeVisitor.BeginMap()
    {
        Value(text: null);
        _depth++;
    }

    void IAttributeVisitor.EndMap() => _depth--;

    void IAttributeVisitor.BeginArray()
    {
        Value(text: null);
        _depth++;
    }

    void IAttributeVisitor.EndArray() => _depth--;

    void IAttributeVisitor.Key(ReadOnlySpan<byte> utf8) => _isNext = _isReading && _depth == 1 && utf8.SequenceEqual(_key);

    void IAttributeVisitor.String(ReadOnlySpan<byte> utf8)
    {
        if (_isNext)
        {
            Value(utf8.Length is > 0 and <= TenantId.MaxLength ? Encoding.UTF8.GetString(utf8) : null);
        }
    }

    void IAttributeVisitor.Int(long value) => Value(text: null);

    void IAttributeVisitor.Double(double value) => Value(text: null);

    void IAttributeVisitor.Bool(bool value) => Value(text: null);

    void IAttributeVisitor.Bytes(ReadOnlySpan<byte> value) => Value(text: null);

    void IAttributeVisitor.Empty() => Value(text: null);

    // What is wrong with the span is the canonical form's concern.
    void IAttributeVisitor.Issue(SpanGroup group, SpanIssues issue)
    {
    }

    void IResourceVisitor.Scope(ReadOnlySpan<byte> name, ReadOnlySpan<byte> version)
    {
    }

    void ISpanVisitor.BeginEvents()
    {
    }

    void ISpanVisitor.BeginEvent()
    {
    }

    void ISpanVisitor.EndEvent(ReadOnlySpan<byte> name, ulong time)
    {
    }

    void ISpanVisitor.EndEvents()
    {
    }

    void ISpanVisitor.BeginLinks()
    {
    }

    void ISpanVisitor.BeginLink()
    {
    }

    void ISpanVisitor.EndLink(ReadOnlySpan<byte> traceId, ReadOnlySpan<byte> spanId)
    {
    }

    void ISpanVisitor.EndLinks()
    {
    }

    void ISpanVisitor.Core(in SpanCore core)
    {
    }

    private void Begin() => (_isReading, _depth, _isNext, _count, _text) = (true, 0, false, 0, null);

    private void Value(string? text)
    {
        if (_isNext)
        {
            _isNext = false;
            _text = ++_count == 1 ? text : null;
        }
    }
}
