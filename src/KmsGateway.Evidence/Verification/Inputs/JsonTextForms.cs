using System.Text.Json;
using KmsGateway.Evidence.Otlp;
using KmsGateway.Evidence.Verification.Stores;

namespace KmsGateway.Evidence.Verification.Inputs;

internal static class JsonTextForms
{
    // 16 bytes in base64; in hexadecimal they are 32 characters.
    private const int Base64TraceIdLength = 24;

    public static TraceStore StoreOf(JsonTextForm form) => form switch
    {
        JsonTextForm.OtlpOfTempo or JsonTextForm.TempoAnswer => TraceStore.Tempo,
        JsonTextForm.JaegerAnswer => TraceStore.Jaeger,
        _ => TraceStore.None,
    };

    /// <summary>A request of Tempo's is one once its parts are.</summary>
    public static TraceFraming FramingOf(JsonTextForm form) =>
        form is JsonTextForm.TempoAnswer or JsonTextForm.JaegerAnswer ? TraceFraming.Answer : TraceFraming.Element;

    /// <summary>Looks no further than it must. What is no JSON is a request: whoever reads it says what is wrong.</summary>
    public static JsonTextForm Recognise(ReadOnlySpan<byte> text)
    {
        try
        {
            var reader = new Utf8JsonReader(text, JsonTraceScanner.Options);
            return reader.Read() && reader.TokenType == JsonTokenType.StartObject ? Recognise(ref reader, text) : JsonTextForm.Otlp;
        }
        catch (JsonException)
        {
            return JsonTextForm.Otlp;
        }
    }

    /// <summary>Whether the first member <c>traceId</c> is written in base64; null without such a member.</summary>
    public static bool? HasBase64Ids(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, JsonTraceScanner.Options);
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName && JsonText.Equals(reader, "traceId"u8))
            {
                reader.Read();
                return IsBase64Id(reader);
            }
        }

        return null;
    }

    public static bool IsBase64Id(in Utf8JsonReader value) =>
        value.TokenType == JsonTokenType.String && JsonText.ToText(value).Length == Base64TraceIdLength;

    private static JsonTextForm Recognise(ref Utf8JsonReader reader, ReadOnlySpan<byte> text)
    {
        var form = JsonTextForm.Otlp;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isRequest = JsonText.Equals(reader, "resourceSpans"u8);
            var isTempo = JsonText.Equals(reader, "batches"u8) || JsonText.Equals(reader, "trace"u8);
            var isJaeger = JsonText.Equals(reader, "data"u8);
            reader.Read();
            if (reader.TokenType != JsonTokenType.Null)
            {
                if (isRequest)
                {
                    return HasBase64Ids(text) == true ? JsonTextForm.OtlpOfTempo : JsonTextForm.Otlp;
                }

                form = isTempo ? JsonTextForm.TempoAnswer
                    : isJaeger && form == JsonTextForm.Otlp ? JsonTextForm.JaegerAnswer
                    : form;
            }

            reader.Skip();
        }

        return form;
    }
}
