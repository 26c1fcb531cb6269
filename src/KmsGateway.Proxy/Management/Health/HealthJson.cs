using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace KmsGateway.Proxy.Management.Health;

/// <summary>The health JSON, in the form of MicroProfile Health.</summary>
internal static class HealthJson
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static bool IsUp(IReadOnlyList<HealthCheckResult> checks) => checks.All(check => check.IsUp || !check.Counts);

    public static async Task WriteAsync(HttpContext context, IReadOnlyList<HealthCheckResult> checks)
    {
        var isUp = IsUp(checks);
        var body = new ArrayBufferWriter<byte>();
        await using (var json = new Utf8JsonWriter(body, Options))
        {
            json.WriteStartObject();
            json.WriteString("status", Word(isUp));
            json.WriteStartArray("checks");
            foreach (var check in checks)
            {
                Write(json, check);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        context.Response.StatusCode = isUp ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        context.Response.Headers.CacheControl = "no-store";
        await JsonAnswer.WriteAsync(context, body.WrittenMemory);
    }

    private static void Write(Utf8JsonWriter json, HealthCheckResult check)
    {
        json.WriteStartObject();
        json.WriteString("name", check.Name);
        json.WriteString("status", Word(check.IsUp));
        if (check.WriteData is { } writeData)
        {
            json.WriteStartObject("data");
            writeData(json);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static string Word(bool isUp) => isUp ? "UP" : "DOWN";
}
