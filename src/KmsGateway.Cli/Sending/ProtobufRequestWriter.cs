using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using KmsGateway.Evidence.Otlp;

namespace KmsGateway.Cli.Sending;

/// <summary>Writes an ExportTraceServiceRequest as protobuf.</summary>
/// <remarks>Each message is written before the one that holds it, and copied into it: samples are small.</remarks>
internal static class ProtobufRequestWriter
{
    public static byte[] Write(IEnumerable<SampleSpan> spans)
    {
        var resource = new ArrayBufferWriter<byte>();
        WriteAttribute(resource, TraceFields.ResourceAttributes, new SampleAttribute("service.name", SampleSpan.ServiceName));
        var scope = new ArrayBufferWriter<byte>();
        WriteText(scope, TraceFields.ScopeName, SampleSpan.ScopeName);

        var scopeSpans = new ArrayBufferWriter<byte>();
        WireWriter.WriteLengthDelimited(scopeSpans, TraceFields.ScopeSpansScope, scope.WrittenSpan);
        foreach (var span in spans)
        {
            WireWriter.WriteLengthDelimited(scopeSpans, TraceFields.ScopeSpansSpans, WriteSpan(span));
        }

        var resourceSpans = new ArrayBufferWriter<byte>();
        WireWriter.WriteLengthDelimited(resourceSpans, TraceFields.ResourceSpansResource, resource.WrittenSpan);
        WireWriter.WriteLengthDelimited(resourceSpans, TraceFields.ResourceSpansScopeSpans, scopeSpans.WrittenSpan);

        var request = new ArrayBufferWriter<byte>();
        WireWriter.WriteLengthDelimited(request, TraceFields.RequestResourceSpans, resourceSpans.WrittenSpan);
        return request.WrittenSpan.ToArray();
    }

    private static ReadOnlySpan<byte> WriteSpan(SampleSpan span)
    {
        var output = new ArrayBufferWriter<byte>();
        WireWriter.WriteLengthDelimited(output, TraceFields.SpanTraceId, span.TraceId);
        WireWriter.WriteLengthDelimited(output, TraceFields.SpanSpanId, span.SpanId);
        WriteText(output, TraceFields.SpanName, span.Name);
        WriteNumber(output, TraceFields.SpanKind, SampleSpan.Kind);
        WriteFixed64(output, TraceFields.SpanStartTime, span.Start);
        WriteFixed64(output, TraceFields.SpanEndTime, span.End);
        foreach (var attribute in span.Attributes)
        {
            WriteAttribute(output, TraceFields.SpanAttributes, attribute);
        }

        return output.WrittenSpan;
    }

    private static void WriteAttribute(ArrayBufferWriter<byte> output, int field, SampleAttribute attribute)
    {
        var value = new ArrayBufferWriter<byte>();
        switch (attribute.Value)
        {
            case string text:
                WriteText(value, TraceFields.AnyValueString, text);
                break;
            case bool flag:
                WriteNumber(value, TraceFields.AnyValueBool, flag ? 1u : 0u);
                break;
            case uint number:
                WriteNumber(value, TraceFields.AnyValueInt, number);
                break;
            default:
                throw new InvalidOperationException($"Attribute {attribute.Key} has a value no sample has.");
        }

        var keyValue = new ArrayBufferWriter<byte>();
        WriteText(keyValue, TraceFields.KeyValueKey, attribute.Key);
        WireWriter.WriteLengthDelimited(keyValue, TraceFields.KeyValueValue, value.WrittenSpan);
        WireWriter.WriteLengthDelimited(output, field, keyValue.WrittenSpan);
    }

    private static void WriteText(ArrayBufferWriter<byte> output, int field, string text) =>
        WireWriter.WriteLengthDelimited(output, field, Encoding.UTF8.GetBytes(text));

    private static void WriteNumber(ArrayBufferWriter<byte> output, int field, uint number)
    {
        WireWriter.WriteVarint(output, WireWriter.Tag(field, WireType.Varint));
        WireWriter.WriteVarint(output, number);
    }

    private static void WriteFixed64(ArrayBufferWriter<byte> output, int field, ulong number)
    {
        WireWriter.WriteVarint(output, WireWriter.Tag(field, WireType.Fixed64));
        BinaryPrimitives.WriteUInt64LittleEndian(output.GetSpan(sizeof(ulong)), number);
        output.Advance(sizeof(ulong));
    }
}
