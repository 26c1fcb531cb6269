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
}
