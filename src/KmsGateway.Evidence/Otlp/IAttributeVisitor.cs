namespace KmsGateway.Evidence.Otlp;

/// <summary>
/// Takes attributes and values as a reader meets them, from protobuf and JSON alike. Every <see cref="Key"/> is followed by exactly one
/// value, whatever was wrong with it: an issue is told apart.
/// </summary>
public interface IAttributeVisitor
{
    void BeginMap();

    /// <param name="utf8">May not be valid UTF-8.</param>
    void Key(ReadOnlySpan<byte> utf8);

    void EndMap();

    void BeginArray();

    void EndArray();

    /// <param name="utf8">May not be valid UTF-8.</param>
    void String(ReadOnlySpan<byte> utf8);

    void Int(long value);

    void Double(double value);

    void Bool(bool value);

    void Bytes(ReadOnlySpan<byte> value);

    /// <summary>An AnyValue without a value.</summary>
    void Empty();

    void Issue(SpanGroup group, SpanIssues issue);
}
