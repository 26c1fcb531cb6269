using System.Buffers;

namespace KmsGateway.Evidence.Otlp;

/// <summary>Writes the few protobuf fields that this product adds.</summary>
public static class WireWriter
{
    public const int MaxVarint32Length = 5;

    public static int VarintLength(uint value)
    {
        var length = 1;
        while (value >= 0x80)
        {
            value >>= 7;
            length++;
        }

        return length;
    }

    public static int WriteVarint(Span<byte> destination, uint value)
    {
        var length = 0;
        while (value >= 0x80)
        {
            destination[length++] = (byte)(value | 0x80);
            value >>= 7;
        }

        destination[length++] = (byte)value;
        return length;
    }

    public static void WriteVarint(IBufferWriter<byte> output, uint value) =>
        output.Advance(WriteVarint(output.GetSpan(MaxVarint32Length), value));

    public static void WriteLengthDelimited(IBufferWriter<byte> output, int field, ReadOnlySpan<byte> value)
    {
        WriteLengthPrefix(output, field, value.Length);
        output.Write(value);
    }

    public static void WriteLengthPrefix(IBufferWriter<byte> output, int field, int length)
    {
        WriteVarint(output, Tag(field, WireType.LengthDelimited));
        WriteVarint(output, (uint)length);
    }

    /// <returns>What is left behind the prefix.</returns>
    public static Span<byte> WriteLengthPrefix(Span<byte> destination, int field, int length)
    {
        destination = destination[WriteVarint(destination, Tag(field, WireType.LengthDelimited))..];
        return destination[WriteVarint(destination, (uint)length)..];
    }

    /// <summary>The length of a length-delimited field with its tag and its length.</summary>
    public static int LengthDelimitedLength(int field, int length) =>
        VarintLength(Tag(field, WireType.LengthDelimited)) + VarintLength((uint)length) + length;

    public static uint Tag(int field, WireType type) => ((uint)field << 3) | (uint)type;
}
