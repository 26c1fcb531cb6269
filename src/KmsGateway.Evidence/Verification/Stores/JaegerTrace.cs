using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;
using KmsGateway.Evidence.Otlp;

namespace KmsGateway.Evidence.Verification.Stores;

/// <summary>
/// A trace as Jaeger's API writes it, as a request in OTLP/JSON (docs/format.md, L-3). The inverse of what collectors make of OTLP for Jaeger:
/// https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/pkg/translator/jaeger
/// </summary>
internal static class JaegerTrace
{
    private static readonly JsonDocumentOptions Options = new()
    {
        AllowDuplicateProperties = false,
        MaxDepth = JsonTraceScanner.MaxJsonDepth,
    };

    /// <summary>
    /// Writes one ResourceSpans for each span, in their order. Spans share a process, which is written out with each of them: a small trace may be
    /// a request of any size, so writing ends where it has more bytes than <paramref name="limit"/>.
    /// </summary>
    /// <returns>False when it is no such trace.</returns>
    public static bool TryWrite(ReadOnlyMemory<byte> json, IBufferWriter<byte> output, int limit)
    {
        if (!Utf8.IsValid(json.Span))
        {
            return false;
        }

        try
        {
            using var document = JsonDocument.Parse(json, Options);
            using var otlp = new Utf8JsonWriter(output, new JsonWriterOptions { SkipValidation = true });
            Write(document.RootElement, otlp, limit);
            return true;
        }
        catch (Exception refusal) when (refusal is JsonException or FormatException or InvalidOperationException)
        {
            // A repeated member or another shape; names that escape an unpaired surrogate make the document throw the last of these.
            return false;
        }
    }

    private static void Write(JsonElement trace, Utf8JsonWriter otlp, int limit)
    {
        var processes = JaegerJson.Find(trace, "processes", JsonValueKind.Object);
        otlp.WriteStartObject();
        otlp.WriteStartArray("resourceSpans");
        foreach (var span in JaegerJson.Objects(trace, "spans"))
        {
            new JaegerSpan(span, processes, otlp).Write();
            if (otlp.BytesCommitted + otlp.BytesPending > limit)
            {
                break;
            }
        }

        otlp.WriteEndArray();
        otlp.WriteEndObject();
    }
}
