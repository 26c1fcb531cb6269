using System.Text.Json;
using KmsGateway.Evidence.Otlp;
using KmsGateway.Evidence.Signing;

namespace KmsGateway.Evidence.Verification.Stores;

/// <summary>Which groups of a span hold something that their store is known not to give back as it was (docs/format.md, L-5).</summary>
internal sealed class StoreLosses : ISpanVisitor, IResourceVisitor
{
    private readonly bool[] _isLossy = new bool[SpanDigests.Groups];
    private TraceStore _store;
    private Coverage? _coverage;
    private SpanGroup _group;
    private int _depth;
    private bool _isCovered;
    private bool _isInArray;
    private ValueShape _elements;

    public bool Has(SpanGroup group) => _isLossy[(int)group];

    /// <summary>Reads the span once more. What it is made of has been read before, so nothing can be wrong with its form.</summary>
    public void Read(TraceStore store, ITraceEncoding encoding, ReadOnlySpan<byte> body, in SpanView span, Coverage coverage)
    {
        Array.Clear(_isLossy);
        _store = store;
        _coverage = coverage;
        encoding.ReadResource(body, span, this);
        encoding.ReadSpan(body, span, this);
    }

    void IResourceVisitor.BeginResource() => _group = SpanGroup.Resource;

    void IResourceVisitor.EndResource()
    {
    }

    void IResourceVisitor.Scope(ReadOnlySpan<byte> name, ReadOnlySpan<byte> version)
    {
    }

    void ISpanVisitor.BeginAttributes() => _group = SpanGroup.Attributes;

    void ISpanVisitor.EndAttributes()
    {
    }

    void ISpanVisitor.BeginEvents() => _group = SpanGroup.Events;

    void ISpanVisitor.BeginEvent() => LosesInJaeger(SpanGroup.Events);

    void ISpanVisitor.EndEvent(ReadOnlySpan<byte> name, ulong time)
    {
    }

    void ISpanVisitor.EndEvents()
    {
    }

    void ISpanVisitor.BeginLinks() => _group = SpanGroup.Links;

    void ISpanVisitor.BeginLink() => LosesInJaeger(SpanGroup.Links);

    void ISpanVisitor.EndLink(ReadOnlySpan<byte> traceId, ReadOnlySpan<byte> spanId)
    {
    }

    void ISpanVisitor.EndLinks()
    {
    }

    // A link to the parent is one reference with it.
    void ISpanVisitor.Core(in SpanCore core)
    {
        LosesInJaeger(SpanGroup.Core);
        if (!core.ParentSpanId.IsEmpty)
        {
            LosesInJaeger(SpanGroup.Links);
        }
    }

    void IAttributeVisitor.BeginMap()
    {
        Value(ValueShape.Map);
        _depth++;
    }

    void IAttributeVisitor.Key(ReadOnlySpan<byte> utf8)
    {
        if (_depth == 1)
        {
            _isCovered = _group switch
            {
                SpanGroup.Attributes => !SignatureAttributes.Reserved.Matches(utf8) && _coverage!.Attributes.Matches(utf8),
                SpanGroup.Resource => _coverage!.Resource.Matches(utf8),
                _ => true,
            };
        }
    }

    void IAttributeVisitor.EndMap() => _depth--;

    void IAttributeVisitor.BeginArray()
    {
        if (_depth == 1)
        {
            _isInArray = true;
            _elements = ValueShape.Unknown;
        }
        else
        {
            Value(ValueShape.OtherArray);
        }

        _depth++;
    }

    void IAttributeVisitor.EndArray()
    {
        _depth--;
        if (_depth == 1)
        {
            _isInArray = false;
            Value(_elements is >= ValueShape.String and <= ValueShape.Bool ? ValueShape.UniformArray : ValueShape.OtherArray);
        }
    }

    void IAttributeVisitor.String(ReadOnlySpan<byte> utf8) =>
        Value(_store == TraceStore.Jaeger && _depth == 1 && MayStandForAnother(utf8) ? ValueShape.TextOfAnother : ValueShape.String);

    void IAttributeVisitor.Int(long value) => Value(ValueShape.Int);

    void IAttributeVisitor.Double(double value) => Value(ValueShape.Double);

    void IAttributeVisitor.Bool(bool value) => Value(ValueShape.Bool);

    void IAttributeVisitor.Bytes(ReadOnlySpan<byte> value) => Value(ValueShape.Bytes);

    void IAttributeVisitor.Empty() => Value(ValueShape.Empty);

    void IAttributeVisitor.Issue(SpanGroup group, SpanIssues issue)
    {
    }

    /// <summary>An outermost value, or an element of an outermost array; what is deeper belongs to one of them.</summary>
    private void Value(ValueShape shape)
    {
        if (_isInArray && _depth == 2)
        {
            _elements = _elements is ValueShape.Unknown || _elements == shape ? shape : ValueShape.OtherArray;
        }
        else if (_depth == 1 && _isCovered)
        {
            _isLossy[(int)_group] |= _store == TraceStore.Jaeger
                ? shape == ValueShape.TextOfAnother && _group is SpanGroup.Attributes or SpanGroup.Resource
                : shape is ValueShape.Bytes or ValueShape.Map or ValueShape.Empty or ValueShape.OtherArray;
        }
    }

    private void LosesInJaeger(SpanGroup group) => _isLossy[(int)group] |= _store == TraceStore.Jaeger;

    private static bool MayStandForAnother(ReadOnlySpan<byte> utf8)
    {
        if (utf8.IsEmpty)
        {
            return true;
        }

        try
        {
            var reader = new Utf8JsonReader(utf8, JsonTraceScanner.Options);
            var isOther = reader.Read() && reader.TokenType != JsonTokenType.String;
            reader.Skip();
            return isOther && !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
