namespace KmsGateway.Evidence.Otlp;

/// <summary>Where in a body an outermost attribute lies that somebody asked for, as offsets.</summary>
public struct AttributeView
{
    public AttributeScope Scope;

    /// <summary>The content of the KeyValue: the message's fields, or the JSON object with its braces.</summary>
    public Range KeyValue;

    /// <summary>The text of the key, in protobuf the last if there are several; or the JSON token with its quotes.</summary>
    public Range Key;

    /// <summary>Protobuf: where the length of the KeyValue is written.</summary>
    public int LengthStart;

    /// <summary>Protobuf: the <see cref="MessageNode"/> around it, of the span or of an event or link.</summary>
    public int Node;
}
