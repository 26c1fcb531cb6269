namespace KmsGateway.Evidence.Otlp;

/// <summary>
/// Takes the texts of certain outermost attributes of a span or a resource, and nothing else. Reused from one to the next.
/// </summary>
public abstract class AttributeTexts : ISpanVisitor, IResourceVisitor
{
    private bool _isReading;
    private bool _isDue;
    private int _depth;

    /// <summary>The attribute that is being read is one of those.</summary>
    protected bool IsWanted { get; private set; }

    void ISpanVisitor.BeginAttributes() => Begin();

    void ISpanVisitor.EndAttributes() => End();

    void IResourceVisitor.BeginResource() => Begin();

    void IResourceVisitor.EndResource() => End();

    void IAttributeVisitor.Key(ReadOnlySpan<byte> utf8)
    {
        if (_isReading && _depth == 1)
        {
            _isDue = IsWanted = Wants(utf8);
        }
    }

    void IAttributeVisitor.String(ReadOnlySpan<byte> utf8)
    {
        if (_isDue)
        {
            _isDue = false;
            Text(utf8);
        }
    }

    void IAttributeVisitor.BeginMap()
    {
        NoText();
        _depth++;
    }

    void IAttributeVisitor.EndMap() => _depth--;

    void IAttributeVisitor.BeginArray()
    {
        NoText();
        _depth++;
    }

    void IAttributeVisitor.EndArray() => _depth--;

    void IAttributeVisitor.Int(long value) => NoText();

    void IAttributeVisitor.Double(double value) => NoText();

    void IAttributeVisitor.Bool(bool value) => NoText();

    void IAttributeVisitor.Bytes(ReadOnlySpan<byte> value) => NoText();

    void IAttributeVisitor.Empty() => NoText();

    void IAttributeVisitor.Issue(SpanGroup group, SpanIssues issue) => Issue();

    void ISpanVisitor.Core(in SpanCore core) => Core(core);

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

    /// <summary>Whether the attribute with this key is one of those.</summary>
    protected abstract bool Wants(ReadOnlySpan<byte> key);

    /// <summary>Its value is a text.</summary>
    /// <param name="utf8">May not be valid UTF-8.</param>
    protected abstract void Text(ReadOnlySpan<byte> utf8);

    /// <summary>Its value is none.</summary>
    protected abstract void NotText();

    /// <summary>Something is wrong with what is being read.</summary>
    protected virtual void Issue()
    {
    }

    protected virtual void Core(in SpanCore core)
    {
    }

    private void Begin() => (_isReading, _isDue, _depth, IsWanted) = (true, false, 0, false);

    private void End() => _isReading = IsWanted = false;

    private void NoText()
    {
        if (_isDue)
        {
            _isDue = false;
            NotText();
        }
    }
}
