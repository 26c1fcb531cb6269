using System.Globalization;
using System.Text;
using System.Text.Json;
using KmsGateway.Evidence.Otlp;

namespace KmsGateway.Cli.Sending;

/// <summary>google.rpc.Status, the body of every OTLP error: its message, and the delay of a RetryInfo among its details.</summary>
/// <remarks>https://github.com/googleapis/googleapis/blob/master/google/rpc/status.proto and error_details.proto</remarks>
internal sealed record RpcStatus(string Message, string? RetryDelay)
{
    private const int StatusMessage = 2;
    private const int StatusDetails = 3;
    private const int AnyTypeUrl = 1;
    private const int AnyValue = 2;
    private const int RetryInfoDelay = 1;
    private const int DurationSeconds = 1;
    private const int DurationNanos = 2;

    public static RpcStatus FromProtobuf(ReadOnlySpan<byte> status)
    {
        var message = "";
        string? delay = null;
        var fields = new WireReader(status);
        while (fields.Read())
        {
            switch (fields.Field)
            {
                case StatusMessage when fields.Type == WireType.LengthDelimited:
                    message = Encoding.UTF8.GetString(fields.Value);
                    break;
                case StatusDetails when fields.Type == WireType.LengthDelimited:
                    delay ??= ReadDelay(fields.Value);
                    break;
                default:
                    break;
            }
        }

        return new RpcStatus(message, delay);
    }

    public static RpcStatus FromJson(ReadOnlyMemory<byte> status)
    {
        try
        {
            using var document = JsonDocument.Parse(status);
            var message = document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("message", out var text)
                    ? text.ToString()
                    : "";
            return new RpcStatus(message, null);
        }
        catch (JsonException)
        {
            return new RpcStatus("", null);
        }
    }

    private static string? ReadDelay(ReadOnlySpan<byte> any)
    {
        var isRetryInfo = false;
        var value = ReadOnlySpan<byte>.Empty;
        var fields = new WireReader(any);
        while (fields.Read())
        {
            if (fields is { Field: AnyTypeUrl, Type: WireType.LengthDelimited })
            {
                isRetryInfo = fields.Value.EndsWith("/google.rpc.RetryInfo"u8);
            }
            else if (fields is { Field: AnyValue, Type: WireType.LengthDelimited })
            {
                value = fields.Value;
            }
        }

        return isRetryInfo ? ReadDuration(value) : null;
    }

    private static string? ReadDuration(ReadOnlySpan<byte> retryInfo)
    {
        var info = new WireReader(retryInfo);
        if (!info.Read() || info is not { Field: RetryInfoDelay, Type: WireType.LengthDelimited })
        {
            return null;
        }

        var seconds = 0m;
        var fields = info.Message;
        while (fields.Read())
        {
            seconds += fields.Field switch
            {
                DurationSeconds => (long)fields.Number,
                DurationNanos => (int)fields.Number / 1_000_000_000m,
                _ => 0,
            };
        }

        return string.Create(CultureInfo.InvariantCulture, $"{seconds:0.###} s");
    }
}
