using System.Buffers;

namespace KmsGateway.Evidence.Otlp;

/// <summary>OTLP/trace as protobuf, read and spliced on the wire.</summary>
public sealed class ProtobufTraceEncoding : ITraceEncoding
{
    public static ProtobufTraceEncoding Instance { get; } = new();

    public byte RawValueMark => 0;

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

    public OtlpError FindAttributes(ReadOnlySpan<byte> body, TraceScan scan, int span, AttributeSearch search, out int found)
    {
        var begun = search.Begin();
        begun.Span = span;
        var error = new ProtobufAttributeFinder(body, scan, search).Find(scan.Spans[span], ref begun);
        found = search.End(begun);
        return error;
    }

    public bool TryReadId(ReadOnlySpan<byte> body, Range id, Span<byte> destination)
    {
        var bytes = body[id];
        return bytes.Length == destination.Length && bytes.ContainsAnyExcept((byte)0) && bytes.TryCopyTo(destination);
    }

    public ReadOnlySpan<byte> ReadKey(ReadOnlySpan<byte> body, in AttributeView attribute) => body[attribute.Key];

    public OtlpError ReadAttribute(ReadOnlySpan<byte> body, in AttributeView attribute, IAttributeVisitor visitor)
    {
        var values = new ProtobufValueReader(visitor) { Group = SpanGroups.Of(attribute.Scope) };
        values.ReadKeyValue(new WireReader(body, attribute.KeyValue.Start.Value, attribute.KeyValue.End.Value), depth: 1);
        return values.IsMalformed ? OtlpError.BrokenProtobuf : OtlpError.None;
    }

    public Span<byte> ReplaceValue(TraceSplicer splicer, ReadOnlySpan<byte> body, in AttributeView attribute, int length)
    {
        var keys = new WireReader(body, attribute.KeyValue.Start.Value, attribute.KeyValue.End.Value);
        var keysLength = 0;
        while (keys.Read())
        {
            keysLength += IsKey(keys) ? keys.ValueEnd - keys.TagStart : 0;
        }

        var anyValue = WireWriter.LengthDelimitedLength(TraceFields.AnyValueString, length);
        var keyValue = keysLength + WireWriter.LengthDelimitedLength(TraceFields.KeyValueValue, anyValue);
        var rest = Replace(splicer, attribute, keyValue);
        keys = new WireReader(body, attribute.KeyValue.Start.Value, attribute.KeyValue.End.Value);
        while (keys.Read())
        {
            if (IsKey(keys))
            {
                body[keys.TagStart..keys.ValueEnd].CopyTo(rest);
                rest = rest[(keys.ValueEnd - keys.TagStart)..];
            }
        }

        rest = WireWriter.WriteLengthPrefix(rest, TraceFields.KeyValueValue, anyValue);
        return WireWriter.WriteLengthPrefix(rest, TraceFields.AnyValueString, length);
    }

    public void ReplaceAttribute(TraceSplicer splicer, in AttributeView attribute, ReadOnlySpan<byte> keyValue) =>
        keyValue.CopyTo(Replace(splicer, attribute, keyValue.Length));

    // From the length on: what stands in front of it is the tag, which stays.
    private static Span<byte> Replace(TraceSplicer splicer, in AttributeView attribute, int length)
    {
        var replaced = splicer.Replace(
            attribute.LengthStart,
            attribute.KeyValue.End.Value - attribute.LengthStart,
            WireWriter.VarintLength((uint)length) + length,
            attribute.Node);
        return replaced[WireWriter.WriteVarint(replaced, (uint)length)..];
    }

    private static bool IsKey(scoped in WireReader field) => field is { Field: TraceFields.KeyValueKey, Type: WireType.LengthDelimited };
}
