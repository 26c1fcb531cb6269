using System.Text;
using System.Text.Unicode;
using KmsGateway.Evidence.Otlp;
using KmsGateway.Evidence.Signing;

namespace KmsGateway.Evidence.Verification;

/// <summary>Collects the reserved attributes of a span, and what identifies it in a report. Reused from span to span.</summary>
internal sealed class SpanSignature : ISpanVisitor
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);
    private int _depth;
    private bool _inAttributes;
    private bool _isReserved;
    private string? _key;

    /// <summary>A reserved attribute occurs twice, or is anything but a key and a text.</summary>
    public bool IsMalformed { get; private set; }

    public bool HasAny => _values.Count > 0 || IsMalformed;

    public int Count => _values.Count;

    public string TraceId { get; private set; } = "";

    public string SpanId { get; private set; } = "";

    public string Name { get; private set; } = "";

    public string? this[string key] => _values.GetValueOrDefault(key);

    public void Reset()
    {
        _values.Clear();
        _depth = 0;
        _inAttributes = false;
        _isReserved = false;
        _key = null;
        IsMalformed = false;
    }

    void ISpanVisitor.BeginAttributes() => _inAttributes = true;

    void ISpanVisitor.EndAttributes()
    {
        _inAttributes = false;
        _isReserved = false;
    }

    void ISpanVisitor.Core(in SpanCore core)
    {
        TraceId = Convert.ToHexStringLower(core.TraceId);
        SpanId = Convert.ToHexStringLower(core.SpanId);
        Name = Encoding.UTF8.GetString(core.Name);
    }

    void IAttributeVisitor.Key(ReadOnlySpan<byte> utf8)
    {
        if (_inAttributes && _depth == 1)
        {
            _isReserved = SignatureAttributes.Reserved.Matches(utf8);
            _key = _isReserved ? Encoding.ASCII.GetString(utf8) : null;
        }
    }

    void IAttributeVisitor.String(ReadOnlySpan<byte> utf8)
    {
        if (TakeKey() is { } key)
        {
            IsMalformed |= !Utf8.IsValid(utf8) || !_values.TryAdd(key, Encoding.UTF8.GetString(utf8));
        }
    }

    void IAttributeVisitor.BeginMap()
    {
        NotText();
        _depth++;
    }

    void IAttributeVisitor.EndMap() => _depth--;

    void IAttributeVisitor.BeginArray()
    {
        NotText();
        _depth++;
    }

    void IAttributeVisitor.EndArray() => _depth--;

    void IAttributeVisitor.Int(long value) => NotText();

    void IAttributeVisitor.Double(double value) => NotText();

    void IAttributeVisitor.Bool(bool value) => NotText();

    void IAttributeVisitor.Bytes(ReadOnlySpan<byte> value) => NotText();

    void IAttributeVisitor.Empty() => NotText();

    void IAttributeVisitor.Issue(SpanGroup group, SpanIssues issue) => IsMalformed |= _isReserved;

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

    private void NotText() => IsMalformed |= TakeKey() is not null;

    private string? TakeKey()
    {
        var key = _key;
        _key = null;
        return key;
    }
}
