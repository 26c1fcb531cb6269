using Google.Protobuf;

namespace KmsGateway.Proxy.Tests.Support;

/// <summary>Protobuf written by Google's writer, field by field.</summary>
internal sealed class ProtobufMessage
{
    private byte[] _bytes = [];

    public ProtobufMessage Bytes(int field, params byte[] value) =>
        Write(field, WireFormat.WireType.LengthDelimited, to => to.WriteBytes(ByteString.CopyFrom(value)));

    public ProtobufMessage Text(int field, string value) => Write(field, WireFormat.WireType.LengthDelimited, to => to.WriteString(value));

    public ProtobufMessage Message(int field, ProtobufMessage value) => Bytes(field, value.ToArray());

    public ProtobufMessage Varint(int field, long value) => Write(field, WireFormat.WireType.Varint, to => to.WriteInt64(value));

    public ProtobufMessage Fixed64(int field, ulong value) => Write(field, WireFormat.WireType.Fixed64, to => to.WriteFixed64(value));

    public ProtobufMessage Fixed32(int field, uint value) => Write(field, WireFormat.WireType.Fixed32, to => to.WriteFixed32(value));

    public ProtobufMessage Double(int field, double value) => Write(field, WireFormat.WireType.Fixed64, to => to.WriteDouble(value));

    public byte[] ToArray() => _bytes;

    private ProtobufMessage Write(int field, WireFormat.WireType type, Action<CodedOutputStream> write)
    {
        using var bytes = new MemoryStream();
        using (var output = new CodedOutputStream(bytes, leaveOpen: true))
        {
            output.WriteTag(field, type);
            write(output);
        }

        _bytes = [.. _bytes, .. bytes.ToArray()];
        return this;
    }
}
