using System.Globalization;
using System.Text.Json;

namespace KmsGateway.Evidence.Verification.Stores;

/// <summary>One span of Jaeger's, with the process it belongs to, as a ResourceSpans in OTLP/JSON.</summary>
internal sealed class JaegerSpan(JsonElement span, JsonElement? processes, Utf8JsonWriter otlp)
{
    private const int TraceIdDigits = 32;
    private const int SpanIdDigits = 16;
    private const int Internal = 1;
    private const int Error = 2;

    // What collectors write where there is no service.name.
    private const string NoServiceName = "OTLPResourceNoServiceName";

    private readonly List<JaegerTag> _tags = JaegerTag.Of(span, "tags");
    private readonly string _traceId = JaegerJson.Id(span, "traceID", TraceIdDigits);

    public void Write()
    {
        // Collectors put the scope's tags in front of the span's own and all others behind them.
        var scopeName = TakeFirst("otel.scope.name");
        var scopeVersion = TakeFirst("otel.scope.version");
        otlp.WriteStartObject();
        WriteResource();
        otlp.WriteStartArray("scopeSpans");
        otlp.WriteStartObject();
        otlp.WriteStartObject("scope");
        scopeName?.WriteValue("name", otlp);
        scopeVersion?.WriteValue("version", otlp);
        otlp.WriteEndObject();
        otlp.WriteStartArray("spans");
        WriteSpan();
        otlp.WriteEndArray();
        otlp.WriteEndObject();
        otlp.WriteEndArray();
        otlp.WriteEndObject();
    }

    private void WriteResource()
    {
        otlp.WriteStartObject("resource");
        otlp.WriteStartArray("attributes");
        if (FindProcess() is { } process)
        {
            WriteServiceName(process);
            foreach (var tag in JaegerTag.Of(process, "tags"))
            {
                tag.Write(otlp);
            }
        }

        otlp.WriteEndArray();
        otlp.WriteEndObject();
    }

    private JsonElement? FindProcess()
    {
        var own = JaegerJson.Find(span, "process", JsonValueKind.Object);
        if (JaegerJson.Find(span, "processID", JsonValueKind.String) is null)
        {
            return own;
        }

        return processes is { } all && JaegerJson.Text(span, "processID") is { } id
            ? JaegerJson.Find(all, id, JsonValueKind.Object) ?? throw new FormatException("a process that is not there")
            : throw new FormatException("a process that is not there");
    }

    private void WriteServiceName(JsonElement process)
    {
        if (JaegerJson.Find(process, "serviceName", JsonValueKind.String) is { } name
            && !name.ValueEquals("") && !name.ValueEquals(NoServiceName))
        {
            otlp.WriteStartObject();
            otlp.WriteString("key", "service.name");
            otlp.WriteStartObject("value");
            otlp.WritePropertyName("stringValue");
            JaegerJson.Copy(name, otlp);
            otlp.WriteEndObject();
            otlp.WriteEndObject();
        }
    }

    private void WriteSpan()
    {
        var start = JaegerJson.Microseconds(span, "startTime");
        var duration = JaegerJson.Microseconds(span, "duration");
        otlp.WriteStartObject();
        otlp.WriteString("traceId", _traceId);
        otlp.WriteString("spanId", JaegerJson.Id(span, "spanID", SpanIdDigits));
        if (JaegerJson.Find(span, "operationName", JsonValueKind.String) is { } name)
        {
            otlp.WritePropertyName("name");
            JaegerJson.Copy(name, otlp);
        }

        WriteTime("startTimeUnixNano", start);
        WriteTime("endTimeUnixNano", (UInt128)start + duration);
        otlp.WriteNumber("kind", TakeKind());
        WriteStatus();
        WriteReferences();
        WriteEvents();
        TakeLast(tag => tag.Key == "w3c.tracestate");
        TakeLast(tag => tag.Key == "internal.span.format");
        WriteAttributes(_tags);
        otlp.WriteEndObject();
    }

    private void WriteStatus()
    {
        var code = TakeLast(tag => tag.IsText("otel.status_code") && tag.Text is "OK" or "ERROR")?.Text switch
        {
            "OK" => 1,
            "ERROR" => Error,
            _ => 0,
        };
        if (code == Error)
        {
            TakeLast(tag => tag.IsTrue("error"));
        }

        otlp.WriteStartObject("status");
        otlp.WriteNumber("code", code);
        TakeLast(tag => tag.IsText("otel.status_description"))?.WriteValue("message", otlp);
        otlp.WriteEndObject();
    }

    // The parent is the first reference to a span of this trace as a child; all others were links, whose attributes are lost.
    private void WriteReferences()
    {
        var references = JaegerJson.Objects(span, "references").ToList();
        var parent = references.FindIndex(reference =>
            JaegerJson.Text(reference, "refType") == "CHILD_OF" && JaegerJson.Id(reference, "traceID", TraceIdDigits) == _traceId);
        if (parent >= 0)
        {
            otlp.WriteString("parentSpanId", JaegerJson.Id(references[parent], "spanID", SpanIdDigits));
            references.RemoveAt(parent);
        }

        otlp.WriteStartArray("links");
        foreach (var reference in references)
        {
            JaegerJson.Text(reference, "refType");
            otlp.WriteStartObject();
            otlp.WriteString("traceId", JaegerJson.Id(reference, "traceID", TraceIdDigits));
            otlp.WriteString("spanId", JaegerJson.Id(reference, "spanID", SpanIdDigits));
            otlp.WriteEndObject();
        }

        otlp.WriteEndArray();
    }

    private void WriteEvents()
    {
        otlp.WriteStartArray("events");
        foreach (var log in JaegerJson.Objects(span, "logs"))
        {
            var fields = JaegerTag.Of(log, "fields");
            var name = fields.FindLastIndex(field => field.IsText("event"));
            otlp.WriteStartObject();
            WriteTime("timeUnixNano", JaegerJson.Microseconds(log, "timestamp"));
            if (name >= 0)
            {
                fields[name].WriteValue("name", otlp);
                fields.RemoveAt(name);
            }

            WriteAttributes(fields);
            otlp.WriteEndObject();
        }

        otlp.WriteEndArray();
    }

    private void WriteAttributes(List<JaegerTag> tags)
    {
        otlp.WriteStartArray("attributes");
        foreach (var tag in tags)
        {
            tag.Write(otlp);
        }

        otlp.WriteEndArray();
    }

    private void WriteTime(string name, UInt128 microseconds) =>
        otlp.WriteString(name, JaegerJson.ToNanoseconds(microseconds).ToString(CultureInfo.InvariantCulture));

    private int TakeKind() => TakeLast(tag => tag.Key == "span.kind" && KindOf(tag.Text) is not null) is { } tag
        ? KindOf(tag.Text)!.Value
        : Internal;

    private static int? KindOf(string? kind) => kind switch
    {
        "internal" => Internal,
        "server" => 2,
        "client" => 3,
        "producer" => 4,
        "consumer" => 5,
        _ => null,
    };

    private JaegerTag? TakeFirst(string key) => Take(_tags.FindIndex(tag => tag.IsText(key)));

    private JaegerTag? TakeLast(Predicate<JaegerTag> isWanted) => Take(_tags.FindLastIndex(isWanted));

    private JaegerTag? Take(int index)
    {
        if (index < 0)
        {
            return null;
        }

        var tag = _tags[index];
        _tags.RemoveAt(index);
        return tag;
    }
}
