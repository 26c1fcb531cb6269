using KmsGateway.Evidence.Otlp;

namespace KmsGateway.Evidence.Encryption;

/// <summary>The value of one attribute, if it is a text. Reused from one to the next.</summary>
internal sealed class AttributeText : IAttributeVisitor
{
    private int _depth;

    /// <summary>In UTF-8; null if it is something else.</summary>
    public byte[]? Value { get; private set; }

    /// <summary>Something is wrong with key or value.</summary>
    public bool HasIssues { get; private set; }

    /// <summary>Reads an attribute. An error means that the whole request cannot be decoded.</summary>
    public OtlpError Read(ITraceEncoding encoding, ReadOnlySpan<byte> body, in AttributeView attribute)
    {
        (Value, HasIssues, _depth) = (null, false, 0);
        return encoding.ReadAttribute(body, attribute, this);
    }

    void IAttributeVisitor.String(ReadOnlySpan<byte> utf8)
    {
        if (_depth == 0)
        {
            Value = utf8.ToArray();
        }
    }

    void IAttributeVisitor.BeginMap() => _depth++;

    void IAttributeVisitor.EndMap() => _depth--;

    void IAttributeVisitor.BeginArray() => _depth++;

    void IAttributeVisitor.EndArray() => _depth--;

    void IAttributeVisitor.Issue(SpanGroup group, SpanIssues issue) => HasIssues = true;

    void IAttributeVisitor.Key(ReadOnlySpan<byte> utf8)
    {
    }

    void IAttributeVisitor.Int(long value)
    {
    }

    void IAttributeVisitor.Double(double value)
    {
    }

    void IAttributeVisitor.Bool(bool value)
    {
    }

    void IAttributeVisitor.Bytes(ReadOnlySpan<byte> value)
    {
    }

    void IAttributeVisitor.Empty()
    {
    }
}
