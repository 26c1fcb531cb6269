using System.Numerics;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using OpenTelemetry.Proto.Collector.Trace.V1;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Resource.V1;
using OpenTelemetry.Proto.Trace.V1;

namespace KmsGateway.Evidence.Tests.Properties;

/// <summary>
/// The same message in other bytes: varints longer than they need be (tags, lengths, values), fields in another order, and fields of every wire type that
/// nobody knows, where the format does not look.
/// </summary>
internal static class WireSpelling
{
    private const int MaxVarintLength = 10;

    private static readonly HashSet<MessageDescriptor> Extensible =
    [
        ExportTraceServiceRequest.Descriptor, ResourceSpans.Descriptor, Resource.Descriptor, ScopeSpans.Descriptor, InstrumentationScope.Descriptor,
        Span.Descriptor, Span.Types.Event.Descriptor, Span.Types.Link.Descriptor, Status.Descriptor,
    ];

    public static byte[] Change(IMessage message, Random random) => Change(message.ToByteArray(), message.Descriptor, random);

    private static byte[] Change(byte[] message, MessageDescriptor type, Random random)
    {
        var fields = new List<(int Number, byte[] Bytes)>();
        var input = new CodedInputStream(message);
        while (input.ReadTag() is var tag && tag != 0)
        {
            fields.Add((WireFormat.GetTagFieldNumber(tag), Join(Varint(tag, random), Value(input, tag, type, random))));
        }

        if (Extensible.Contains(type))
        {
            fields.Add((0, Unknown(random)));
        }

        return Join([.. Interleave(fields, random)]);
    }

    private static byte[] Value(CodedInputStream input, uint tag, MessageDescriptor type, Random random)
    {
        switch (WireFormat.GetTagWireType(tag))
        {
            case WireFormat.WireType.Varint:
                return Varint(input.ReadUInt64(), random);
            case WireFormat.WireType.Fixed64:
                return BitConverter.GetBytes(input.ReadFixed64());
            case WireFormat.WireType.Fixed32:
                return BitConverter.GetBytes(input.ReadFixed32());
            default:
                var value = input.ReadBytes().ToByteArray();
                var field = type.FindFieldByNumber(WireFormat.GetTagFieldNumber(tag));
                value = field.FieldType == FieldType.Message ? Change(value, field.MessageType, random) : value;
                return Join(Varint((uint)value.Length, random), value);
        }
    }

    // What repeats a field has an order; between fields there is none.
    private static IEnumerable<byte[]> Interleave(List<(int Number, byte[] Bytes)> fields, Random random)
    {
        var queues = fields.GroupBy(field => field.Number).ToDictionary(group => group.Key, group => new Queue<byte[]>(group.Select(field => field.Bytes)));
        return fields.Select(field => field.Number).OrderBy(_ => random.Next()).Select(number => queues[number].Dequeue());
    }

    private static byte[] Varint(ulong value, Random random)
    {
        var shortest = Math.Max(1, (64 - BitOperations.LeadingZeroCount(value) + 6) / 7);
        var varint = new byte[random.Next(2) == 0 ? shortest : random.Next(shortest, MaxVarintLength + 1)];
        for (var i = 0; i < varint.Length; i++, value >>= 7)
        {
            varint[i] = (byte)((value & 0x7F) | (i < varint.Length - 1 ? 0x80u : 0));
        }

        return varint;
    }

    private static byte[] Join(params byte[][] parts)
    {
        using var joined = new MemoryStream();
        foreach (var part in parts)
        {
            joined.Write(part);
        }

        return joined.ToArray();
    }

    private static byte[] Unknown(Random random)
    {
        var number = random.Next(100, 20_000);
        return random.Next(5) switch
        {
            0 => [.. Tag(WireFormat.WireType.Varint), .. Varint(ulong.MaxValue, random)],
            1 => [.. Tag(WireFormat.WireType.Fixed64), 1, 2, 3, 4, 5, 6, 7, 8],
            2 => [.. Tag(WireFormat.WireType.LengthDelimited), .. Varint(2, random), 0xFF, 0xFE],
            3 => [.. Tag(WireFormat.WireType.Fixed32), 1, 2, 3, 4],
            _ => [.. Tag(WireFormat.WireType.StartGroup), 0x08, 1, 0x13, 0x14, .. Tag(WireFormat.WireType.EndGroup)],
        };

        byte[] Tag(WireFormat.WireType type) => Varint(WireFormat.MakeTag(number, type), random);
    }
}
