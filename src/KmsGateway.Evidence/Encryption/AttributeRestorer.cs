using System.Buffers;
using KmsGateway.Evidence.Otlp;

namespace KmsGateway.Evidence.Encryption;

/// <summary>Writes KeyValues with clear values in the place of those with encrypted ones (docs/format.md, E-13).</summary>
internal sealed class AttributeRestorer(ITraceEncoding encoding, TraceSplicer splicer)
{
    private readonly ProtobufAnyValueWriter _protobuf = new();
    private readonly JsonAnyValueWriter _json = new();
    private readonly ArrayBufferWriter<byte> _keyValue = new();

    public RestoreRefusal Restore(ReadOnlySpan<byte> body, LocatedValue encrypted, DecryptedValue clear)
    {
        if (clear.Encoding is { } original)
        {
            if (original != encoding)
            {
                return RestoreRefusal.OtherEncoding;
            }

            encoding.ReplaceAttribute(splicer, encrypted.Attribute, clear.KeyValue);
            return RestoreRefusal.None;
        }

        if (encrypted.HasIssues)
        {
            return RestoreRefusal.MoreThanAValue;
        }

        _keyValue.ResetWrittenCount();
        if (encoding is JsonTraceEncoding)
        {
            WriteJson(body, encrypted.Attribute, clear.Json);
        }
        else
        {
            WriteProtobuf(body, encrypted.Attribute, clear.Json);
        }

        encoding.ReplaceAttribute(splicer, encrypted.Attribute, _keyValue.WrittenSpan);
        return RestoreRefusal.None;
    }

    private void WriteJson(ReadOnlySpan<byte> body, in AttributeView attribute, ReadOnlySpan<byte> value)
    {
        _keyValue.Write("{\"key\":"u8);
        _keyValue.Write(body[attribute.Key]);
        _keyValue.Write(",\"value\":"u8);
        _keyValue.Write(_json.Write(value));
        _keyValue.Write("}"u8);
    }

    private void WriteProtobuf(ReadOnlySpan<byte> body, in AttributeView attribute, ReadOnlySpan<byte> value)
    {
        WireWriter.WriteLengthDelimited(_keyValue, TraceFields.KeyValueKey, body[attribute.Key]);
        WireWriter.WriteLengthDelimited(_keyValue, TraceFields.KeyValueValue, _protobuf.Write(value));
    }
}
