using System.Text.Unicode;
using KmsGateway.Cryptography;
using KmsGateway.Evidence.Otlp;

namespace KmsGateway.Evidence.Signing;

/// <summary>Writes values in canonical form (docs/format.md, section 5), and says of what group they are where something is wrong.</summary>
public abstract class CanonicalValues : IAttributeVisitor
{
    private protected CanonicalValues(OtlpLimits? limits)
    {
        Maps = new CanonicalMaps(Writer, limits, issue => Issue(Group, issue));
    }

    private protected CanonicalJsonWriter Writer { get; } = new();

    private protected CanonicalMaps Maps { get; }

    /// <summary>Of which the values are.</summary>
    private protected SpanGroup Group { get; set; }

    void IAttributeVisitor.BeginMap() => Maps.Begin();

    void IAttributeVisitor.Key(ReadOnlySpan<byte> utf8) => Key(utf8);

    void IAttributeVisitor.EndMap() => Maps.End();

    void IAttributeVisitor.BeginArray() => Writer.BeginArray();

    void IAttributeVisitor.EndArray() => Writer.EndArray();

    void IAttributeVisitor.String(ReadOnlySpan<byte> utf8)
    {
        Writer.BeginObject();
        Writer.Name("stringValue"u8);
        Text(utf8);
        Writer.EndObject();
    }

    void IAttributeVisitor.Int(long value)
    {
        Writer.BeginObject();
        Writer.Name("intValue"u8);
        Writer.IntegerString(value);
        Writer.EndObject();
    }

    void IAttributeVisitor.Double(double value)
    {
        Writer.BeginObject();
        Writer.Name("doubleValue"u8);
        switch (value)
        {
            case double.NaN:
                Writer.String("NaN"u8);
                break;
            case double.PositiveInfinity:
                Writer.String("Infinity"u8);
                break;
            case double.NegativeInfinity:
                Writer.String("-Infinity"u8);
                break;
            case 0 when double.IsNegative(value):
                Writer.String("-0"u8);
                break;
            default:
                Writer.Number(value);
                break;
        }

        Writer.EndObject();
    }

    void IAttributeVisitor.Bool(bool value)
    {
        Writer.BeginObject();
        Writer.Name("boolValue"u8);
        Writer.Boolean(value);
        Writer.EndObject();
    }

    void IAttributeVisitor.Bytes(ReadOnlySpan<byte> value)
    {
        Writer.BeginObject();
        Writer.Name("bytesValue"u8);
        Writer.Base64(value);
        Writer.EndObject();
    }

    void IAttributeVisitor.Empty() => Writer.Null();

    void IAttributeVisitor.Issue(SpanGroup group, SpanIssues issue) => Issue(group, issue);

    private protected virtual void Key(ReadOnlySpan<byte> utf8) => Maps.Key(utf8);

    private protected abstract void Issue(SpanGroup group, SpanIssues issue);

    /// <summary>A string, whatever it is for.</summary>
    private protected void Text(ReadOnlySpan<byte> utf8)
    {
        if (!Utf8.IsValid(utf8))
        {
            Issue(Group, SpanIssues.InvalidUtf8);
        }

        Writer.String(utf8);
    }
}
