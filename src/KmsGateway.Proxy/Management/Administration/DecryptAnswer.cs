using System.Buffers;
using System.Text.Json;
using KmsGateway.Evidence.Otlp;

namespace KmsGateway.Proxy.Management.Administration;

/// <summary>
/// The answer to a call that decrypts. Written by hand: a value stands there as the bytes that were encrypted, and nothing keeps them longer
/// than the call lasts.
/// </summary>
internal static class DecryptAnswer
{
    private const int BytesAround = 256;

    // Base64 of a KeyValue is longer than it is.
    private static int Estimate(DecryptionResult result) =>
        result.Values.Sum(value => BytesAround + (value.Clear is { } clear ? 2 * clear.Length : value.Message!.Length));

    public static async Task WriteAsync(HttpContext context, DecryptionResult result)
    {
        // Large enough at once: a buffer that grows leaves copies behind.
        var answer = new ArrayBufferWriter<byte>(Estimate(result) + BytesAround);
        try
        {
            Write(result, answer);
            await JsonAnswer.WriteAsync(context, answer.WrittenMemory);
        }
        finally
        {
            answer.Clear();
        }
    }

    private static void Write(DecryptionResult result, IBufferWriter<byte> answer)
    {
        using var json = new Utf8JsonWriter(answer);
        json.WriteStartObject();
        json.WriteNumber("audit", result.AuditN);
        json.WriteStartArray("values");
        foreach (var value in result.Values)
        {
            json.WriteStartObject();
            Write(value, json);
            json.WriteEndObject();
            json.Flush();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(ValueResult value, Utf8JsonWriter json)
    {
        switch (value.Clear)
        {
            case null:
                json.WriteStartObject("error");
                json.WriteString("code", value.Code);
                json.WriteString("message", value.Message);
                json.WriteEndObject();
                break;
            case { Encoding: { } encoding } clear:
                json.WriteBase64String("keyValue", clear.KeyValue);
                json.WriteString("encoding", encoding is JsonTraceEncoding ? "json" : "protobuf");
                break;
            case var clear:
                json.WritePropertyName("value");
                json.WriteRawValue(clear.Json, skipInputValidation: true);
                break;
        }
    }
}
