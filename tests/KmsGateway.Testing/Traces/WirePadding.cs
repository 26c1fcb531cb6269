using Google.Protobuf;
using Google.Protobuf.Reflection;
using KmsGateway.Evidence.Otlp;
using OpenTelemetry.Proto.Collector.Trace.V1;
using OpenTelemetry.Proto.Trace.V1;

namespace KmsGateway.Testing.Traces;

/// <summary>
/// The same message in bytes that no serialiser here would choose: lengths in five bytes, and fields that nobody knows around those of the
/// request, its resources, its scopes and its spans. What parses and serialises again cannot give them back.
/// </summary>
public static class WirePadding
{
    public const int UnknownField = 5000;
    public const int UnknownGroup = 5001;

    private static readonly HashSet<MessageDescriptor> Extended =
        [ExportTraceServiceRequest.Descriptor, ResourceSpans.Descriptor, ScopeSpans.Descriptor, Span.Descriptor];

    public static byte[] Pad(IMessage message, bool unknownFields = true)
    {
        using var output = new MemoryStream();
        WriteMessage(output, message.ToByteArray(), message.Descriptor, unknownFields);
        return output.ToArray();
    }

    private static void WriteMessage(MemoryStream output, ReadOnlySpan<byte> message, MessageDescriptor type, bool unknownFields)
    {
        var extended = unknownFields && Extended.Contains(type);
        if (extended)
        {
            WriteTag(output, UnknownField, WireType.LengthDelimited);
            WritePaddedLength(output, 7);
            output.Write("unknown"u8);
        }

        var reader = new WireReader(message);
        while (reader.Read())
        {
            output.Write(message[reader.TagStart..reader.LengthStart]);
            if (reader.Type != WireType.LengthDelimited)
            {
                output.Write(reader.Value);
                continue;
            }

            using var value = new MemoryStream();
            if (type.FindFieldByNumber(reader.Field) is { FieldType: FieldType.Message } field)
            {
                WriteMessage(value, reader.Value, field.MessageType, unknownFields);
            }
            else
            {
                value.Write(reader.Value);
            }

            WritePaddedLength(output, (uint)value.Length);
            value.WriteTo(output);
        }

        if (extended)
        {
            WriteUnknownGroup(output);
        }
    }

    // A group with a varint, a string and a group of its own.
    private static void WriteUnknownGroup(MemoryStream output)
    {
        WriteTag(output, UnknownGroup, WireType.StartGroup);
        WriteTag(output, 1, WireType.Varint);
        WritePaddedLength(output, 42);
        WriteTag(output, 2, WireType.LengthDelimited);
        WritePaddedLength(output, 2);
        output.Write("ok"u8);
        WriteTag(output, 3, WireType.StartGroup);
        WriteTag(output, 3, WireType.EndGroup);
        WriteTag(output, UnknownGroup, WireType.EndGroup);
    }

    private static void WriteTag(MemoryStream output, int field, WireType type)
    {
        Span<byte> tag = stackalloc byte[WireWriter.MaxVarint32Length];
        var length = WireWriter.WriteVarint(tag, WireWriter.Tag(field, type));
        output.Write(tag[..length]);
    }

    private static void WritePaddedLength(MemoryStream output, uint length)
    {
        for (var i = 0; i < WireWriter.MaxVarint32Length - 1; i++)
        {
            output.WriteByte((byte)(length | 0x80));
            length >>= 7;
        }

        output.WriteByte((byte)length);
    }
}
