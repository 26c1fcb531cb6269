using System.Buffers;
using System.Buffers.Binary;
using KmsGateway.Evidence.Otlp;

namespace KmsGateway.Evidence.Encryption;

/// <summary>Writes a value in canonical form as the AnyValue of protobuf. Reused from one to the next.</summary>
internal sealed class ProtobufAnyValueWriter : IAttributeVisitor
{
    private const int MaxVarint64Length = 10;

    // As other languages write it; .NET's has a sign.
    private const ulong QuietNaN = 0x7FF8_0000_0000_0000;

    // Arrays and kvlists that are open. What is in them is written before its length, so each has a buffer.
    private readonly Stack<ArrayBufferWriter<byte>> _lists = new();
    private readonly Stack<byte[]?> _keys = new();
    private readonly ArrayBufferWriter<byte> _scalar = new();
    private byte[] _value = [];

    /// <param name="canonical">Is in canonical form.</param>
    /// <returns>The content of the message.</returns>
    public ReadOnlySpan<byte> Write(ReadOnlySpan<byte> canonical)
    {
        CanonicalValueReader.TryRead(canonical, this);
        return _value;
    }

    void IAttributeVisitor.BeginMap() => Begin();

    void IAttributeVisitor.Key(ReadOnlySpan<byte> utf8)
    {
        _keys.Pop();
        _keys.Push(utf8.ToArray());
    }

    void IAttributeVisitor.EndMap() => End(TraceFields.AnyValueKvlist);

    void IAttributeVisitor.BeginArray() => Begin();

    void IAttributeVisitor.EndArray() => End(TraceFields.AnyValueArray);

    void IAttributeVisitor.String(ReadOnlySpan<byte> utf8)
    {
        WireWriter.WriteLengthDelimited(_scalar, TraceFields.AnyValueString, utf8);
        AddScalar();
    }

    void IAttributeVisitor.Int(long value)
    {
        Tag(TraceFields.AnyValueInt, WireType.Varint);
        Varint((ulong)value);
        AddScalar();
    }

    void IAttributeVisitor.Double(double value)
    {
        Tag(TraceFields.AnyValueDouble, WireType.Fixed64);
        BinaryPrimitives.WriteUInt64LittleEndian(
            _scalar.GetSpan(sizeof(ulong)), double.IsNaN(value) ? QuietNaN : BitConverter.DoubleToUInt64Bits(value));
        _scalar.Advance(sizeof(double));
        AddScalar();
    }

    void IAttributeVisitor.Bool(bool value)
    {
        Tag(TraceFields.AnyValueBool, WireType.Varint);
        Varint(value ? 1u : 0);
        AddScalar();
    }

    void IAttributeVisitor.Bytes(ReadOnlySpan<byte> value)
    {
        WireWriter.WriteLengthDelimited(_scalar, TraceFields.AnyValueBytes, value);
        AddScalar();
    }

    void IAttributeVisitor.Empty() => AddScalar();

    void IAttributeVisitor.Issue(SpanGroup group, SpanIssues issue) =>
        throw new InvalidOperationException($"A value in canonical form has no issue, and this one has {issue}.");

    private void Begin()
    {
        _lists.Push(new ArrayBufferWriter<byte>());
        _keys.Push(null);
    }

    private void End(int field)
    {
        var list = _lists.Pop();
        _keys.Pop();
        var value = new ArrayBufferWriter<byte>();
        WireWriter.WriteLengthDelimited(value, field, list.WrittenSpan);
        Add(value.WrittenSpan);
    }

    private void AddScalar()
    {
        Add(_scalar.WrittenSpan);
        _scalar.ResetWrittenCount();
    }

    private void Add(ReadOnlySpan<byte> value)
    {
        if (!_lists.TryPeek(out var list))
        {
            _value = value.ToArray();
            return;
        }

        if (_keys.Peek() is { } key)
        {
            var keyValue = WireWriter.LengthDelimitedLength(TraceFields.KeyValueKey, key.Length)
                + WireWriter.LengthDelimitedLength(TraceFields.KeyValueValue, value.Length);
            WireWriter.WriteLengthPrefix(list, TraceFields.ListValues, keyValue);
            WireWriter.WriteLengthDelimited(list, TraceFields.KeyValueKey, key);
            WireWriter.WriteLengthDelimited(list, TraceFields.KeyValueValue, value);
        }
        else
        {
            WireWriter.WriteLengthDelimited(list, TraceFields.ListValues, value);
        }
    }

    private void Tag(int field, WireType type) => WireWriter.WriteVarint(_scalar, WireWriter.Tag(field, type));

    private void Varint(ulong value)
    {
        var bytes = _scalar.GetSpan(MaxVarint64Length);
        var length = 0;
        for (; value >= 0x80; value >>= 7)
        {
            bytes[length++] = (byte)(value | 0x80);
        }

        bytes[length++] = (byte)value;
        _scalar.Advance(length);
    }
}
