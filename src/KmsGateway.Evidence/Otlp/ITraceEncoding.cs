using System.Buffers;

namespace KmsGateway.Evidence.Otlp;

/// <summary>One of the two forms of OTLP/trace: where its spans lie, what they hold, how to add to them.</summary>
public interface ITraceEncoding
{
    /// <summary>Finds the spans with wanted or reserved attribute keys.</summary>
    OtlpError Scan(ReadOnlyMemory<byte> body, KeyPatterns wanted, KeyPatterns reserved, OtlpLimits limits, TraceScan scan);

    OtlpError ReadResource(ReadOnlySpan<byte> body, in SpanView span, IResourceVisitor visitor);

    OtlpError ReadScope(ReadOnlySpan<byte> body, in SpanView span, IResourceVisitor visitor);

    OtlpError ReadSpan(ReadOnlySpan<byte> body, in SpanView span, ISpanVisitor visitor);

    /// <summary>Writes a string attribute as it stands in a span's list, with what separates it from the one before.</summary>
    /// <remarks>Key and value are ASCII without characters that JSON escapes.</remarks>
    void WriteAttribute(IBufferWriter<byte> output, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, bool isFirst);

    /// <summary>Puts attributes written by <see cref="WriteAttribute"/> at the end of a span's attributes.</summary>
    void AppendAttributes(TraceSplicer splicer, in SpanView span, ReadOnlySpan<byte> attributes);

    /// <summary>Gives the suffix to every reserved attribute key of a span.</summary>
    void RenameAttributes(TraceSplicer splicer, ReadOnlySpan<byte> body, in SpanView span, KeyPatterns reserved, ReadOnlySpan<byte> suffix);

    /// <summary>Finds the attributes of a span, its events and links that are asked for.</summary>
    /// <param name="body">The request.</param>
    /// <param name="scan">Takes the messages that hold what is found.</param>
    /// <param name="span">The place of the span in the scan.</param>
    /// <param name="search">Says what is asked for, and takes what is found.</param>
    /// <param name="found">How much that is.</param>
    OtlpError FindAttributes(ReadOnlySpan<byte> body, TraceScan scan, int span, AttributeSearch search, out int found);

    /// <summary>Reads an id that a search has come by.</summary>
    /// <returns>Whether it has this length and is not all zero.</returns>
    bool TryReadId(ReadOnlySpan<byte> body, Range id, Span<byte> destination);

    /// <summary>The byte that stands in front of an encrypted KeyValue which has no canonical form (docs/format.md, E-7).</summary>
    byte RawValueMark { get; }

    /// <summary>The key of an attribute, unescaped.</summary>
    ReadOnlySpan<byte> ReadKey(ReadOnlySpan<byte> body, in AttributeView attribute);

    /// <summary>Reads one attribute, its key first.</summary>
    OtlpError ReadAttribute(ReadOnlySpan<byte> body, in AttributeView attribute, IAttributeVisitor visitor);

    /// <summary>Gives an attribute a string as value, in the place of all that its KeyValue has but keys.</summary>
    /// <returns>The bytes of the string, for the caller to write now: ASCII without characters that JSON escapes.</returns>
    Span<byte> ReplaceValue(TraceSplicer splicer, ReadOnlySpan<byte> body, in AttributeView attribute, int length);

    /// <summary>Puts another KeyValue in the place of an attribute: the content of its message, or its JSON object.</summary>
    void ReplaceAttribute(TraceSplicer splicer, in AttributeView attribute, ReadOnlySpan<byte> keyValue);
}
