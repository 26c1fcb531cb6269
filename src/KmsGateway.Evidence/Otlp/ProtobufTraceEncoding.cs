using System.Buffers;

namespace KmsGateway.Evidence.Otlp;

/// <summary>OTLP/trace as protobuf, read and spliced on the wire.</summary>
public sealed class ProtobufTraceEncoding : ITraceEncoding
{
    public static ProtobufTraceEncoding Instance { get; } = new();

    public OtlpError Scan(ReadOnlyMemory<byte> body, KeyPatterns wanted, KeyPatterns reserved, OtlpLimits limits, TraceScan scan) =>
        new ProtobufTraceScanner(body.Span, wanted, reserved, limits, scan).Scan();

    public OtlpError ReadResource(ReadOnlySpan<byte> body, in SpanView span, IResourceVisitor visitor) =>
        new ProtobufSpanReader(body, visitor).ReadResource(span.ResourceSpans, visitor);

    public OtlpError ReadScope(ReadOnlySpan<byte> body, in SpanView span, IResourceVisitor visitor) =>
        new ProtobufSpanReader(body, visitor).ReadScope(span.ScopeSpans, visitor);

    public OtlpError ReadSpan(ReadOnlySpan<byte> body, in SpanView span, ISpanVisitor visitor) =>
        new ProtobufSpanReader(body, visitor).ReadSpan(span.Span, visitor);

    public void WriteAttribute(IBufferWriter<byte> output, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, bool isFirst)
    {
        var anyValue = WireWriter.LengthDelimitedLength(TraceFields.AnyValueString, value.Length);
        var keyValue = WireWriter.LengthDelimitedLength(TraceFields.KeyValueKey, key.Length)
            + WireWriter.LengthDelimitedLength(TraceFields.KeyValueValue, anyValue);
        WireWriter.WriteLengthPrefix(output, TraceFields.SpanAttributes, keyValue);
        WireWriter.WriteLengthDelimited(output, TraceFields.KeyValueKey, key);
        WireWriter.WriteLengthPrefix(output, TraceFields.KeyValueValue, anyValue);
        WireWriter.WriteLengthDelimited(output, TraceFields.AnyValueString, value);
    }

    public void AppendAttributes(TraceSplicer splicer, in SpanView span, ReadOnlySpan<byte> attributes) =>
        splicer.Replace(span.Span.End.Value, 0, attributes, span.Node);

    public void RenameAttributes(
        TraceSplicer splicer, ReadOnlySpan<byte> body, in SpanView span, KeyPatterns reserved, ReadOnlySpan<byte> suffix)
    {
        Span<byte> renamed = stackalloc byte[WireWriter.MaxVarint32Length + 128];
        var fields = new WireReader(body, span.Span.Start.Value, span.Span.End.Value);
        while (fields.Read())
        {
            if (fields is not { Field: TraceFields.SpanAttributes, Type: WireType.LengthDelimited })
            {
                continue;
            }

            var node = MessageNode.NoParent;
            var keyValue = fields.Message;
            while (keyValue.Read())
            {
                if (keyValue is not { Field: TraceFields.KeyValueKey, Type: WireType.LengthDelimited } || !reserved.Matches(keyValue.Value))
                {
                    continue;
                }

                if (node == MessageNode.NoParent)
                {
                    node = splicer.AddNode(span.Node, fields.LengthStart, fields.ValueStart, fields.ValueEnd);
                }

                var length = WireWriter.WriteVarint(renamed, (uint)(keyValue.Value.Length + suffix.Length));
                keyValue.Value.CopyTo(renamed[length..]);
                length += keyValue.Value.Length;
                suffix.CopyTo(renamed[length..]);
                length += suffix.Length;
                splicer.Replace(keyValue.LengthStart, keyValue.ValueEnd - keyValue.LengthStart, renamed[..length], node);
            }
        }
    }
}
