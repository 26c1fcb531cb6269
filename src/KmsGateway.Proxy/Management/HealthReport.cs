using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using KmsGateway.Keys.Clocks;
using KmsGateway.Keys.Probing;
using KmsGateway.Proxy.Listeners;
using Microsoft.Extensions.Options;

namespace KmsGateway.Proxy.Management;

/// <summary>Writes the health JSON from the last probe. It never calls the KMS: the orchestrator must not wait for that.</summary>
internal sealed class HealthReport(Func<ProbeStatus> lastProbe, ClockSkew skew, Draining draining, IOptions<HealthOptions> options)
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The process answers. A dead KMS is no reason to restart it.</summary>
    public static Task WriteLiveAsync(HttpContext context) => WriteAsync(context, isUp: true, static _ => { });

    /// <summary>The KMS answers, so that every tenant's spans can be signed.</summary>
    public Task WriteReadyAsync(HttpContext context)
    {
        var status = lastProbe();
        return (draining.HasStarted, skew.IsTooLarge) switch
        {
            (true, _) => WriteAsync(context, isUp: false, json => WriteDown(json, "draining")),
            (false, true) => WriteAsync(context, isUp: false, json => WriteDown(json, "clock")),
            _ => WriteAsync(context, status.State == ProbeState.Up, json => WriteKmsCheck(json, status)),
        };
    }

    /// <summary>While the KMS is down cached keys still sign, and what needs no signature passes: up, with what is wrong.</summary>
    public Task WriteServingAsync(HttpContext context)
    {
        var status = lastProbe();
        return WriteAsync(context, status.State != ProbeState.Unknown, json => WriteKmsCheck(json, status));
    }

    // The KMS may be well: the gateway is about to end, or its signatures would claim a wrong time, and nothing new is to be sent here.
    private static void WriteDown(Utf8JsonWriter json, string name)
    {
        json.WriteStartObject();
        json.WriteString("name", name);
        json.WriteString("status", "DOWN");
        json.WriteEndObject();
    }

    private void WriteKmsCheck(Utf8JsonWriter json, ProbeStatus status)
    {
        var isUp = status.State == ProbeState.Up;
        json.WriteStartObject();
        json.WriteString("name", "kms");
        json.WriteString("status", isUp ? "UP" : "DOWN");
        json.WriteStartObject("data");
        json.WriteString("provider", status.Provider);
        if (isUp)
        {
            json.WriteNumber("latency_ms", status.LatencyMs ?? 0);
            json.WriteString("status", "operational");
        }
        else
        {
            json.WriteString("error", status.ErrorCode ?? "not-probed-yet");
            json.WriteString("help_url", options.Value.HelpUrl);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static async Task WriteAsync(HttpContext context, bool isUp, Action<Utf8JsonWriter> writeChecks)
    {
        var body = new ArrayBufferWriter<byte>();
        await using (var json = new Utf8JsonWriter(body, Options))
        {
            json.WriteStartObject();
            json.WriteString("status", isUp ? "UP" : "DOWN");
            json.WriteStartArray("checks");
            writeChecks(json);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        context.Response.StatusCode = isUp ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        context.Response.Headers.CacheControl = "no-store";
        await JsonAnswer.WriteAsync(context, body.WrittenMemory);
    }
}
