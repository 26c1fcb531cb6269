using System.Buffers;
using System.Text;
using System.Text.Json;
using KmsGateway.Evidence.Otlp;

namespace KmsGateway.Proxy.Rejections;

/// <summary>google.rpc.Status, with google.rpc.RetryInfo if the request may be sent again.</summary>
/// <remarks>https://github.com/googleapis/googleapis/tree/master/google/rpc: status.proto, error_details.proto</remarks>
internal static class RpcStatus
{
    private const int StatusCode = 1;
    private const int StatusMessage = 2;
    private const int StatusDetails = 3;
    private const int AnyTypeUrl = 1;
    private const int AnyValue = 2;
    private const int RetryInfoRetryDelay = 1;
    private const int DurationSeconds = 1;
    private const string RetryInfoType = "type.googleapis.com/google.rpc.RetryInfo";

    public static byte[] ToProtobuf(GrpcStatus code, string message, int? retryAfter)
    {
        var status = new ArrayBufferWriter<byte>();
        WriteVarintField(status, StatusCode, (uint)code);
        WireWriter.WriteLengthDelimited(status, StatusMessage, Encoding.UTF8.GetBytes(message));
        if (retryAfter is { } seconds)
        {
            WireWriter.WriteLengthDelimited(status, StatusDetails, RetryInfo(seconds));
        }

        return status.WrittenSpan.ToArray();
    }

    public static byte[] ToJson(GrpcStatus code, string message, int? retryAfter)
    {
        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            writer.WriteNumber("code", (int)code);
            writer.WriteString("message", message);
            if (retryAfter is { } seconds)
            {
                writer.WriteStartArray("details");
                writer.WriteStartObject();
                writer.WriteString("@type", RetryInfoType);
                writer.WriteString("retryDelay", $"{seconds}s");
                writer.WriteEndObject();
                writer.WriteEndArray();
            }

            writer.WriteEndObject();
        }

        return json.WrittenSpan.ToArray();
    }

    private static ReadOnlySpan<byte> RetryInfo(int seconds)
    {
        var duration = new ArrayBufferWriter<byte>();
        WriteVarintField(duration, DurationSeconds, (uint)seconds);
        var retryInfo = new ArrayBufferWriter<byte>();
        WireWriter.WriteLengthDelimited(retryInfo, RetryInfoRetryDelay, duration.WrittenSpan);
        var any = new ArrayBufferWriter<byte>();
        WireWriter.WriteLengthDelimited(any, AnyTypeUrl, Encoding.UTF8.GetBytes(RetryInfoType));
        WireWriter.WriteLengthDelimited(any, AnyValue, retryInfo.WrittenSpan);
        return any.WrittenSpan;
    }

    private static void WriteVarintField(ArrayBufferWriter<byte> output, int field, uint value)
    {
        WireWriter.WriteVarint(output, WireWriter.Tag(field, WireType.Varint));
        WireWriter.WriteVarint(output, value);
    }
}
