using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using KmsGateway.Evidence.Otlp;

namespace KmsGateway.Proxy.Forwarding.EmbeddedSink;

/// <summary>
/// Writes a protobuf export request as OTLP/JSON: https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding. Fields it does not
/// know have no name and so no JSON form.
/// </summary>
internal static class TraceJsonTranscoder
{
    private const int ResourceEntityRefs = 3;
    private const int EntityRefSchemaUrl = 1;
    private const int EntityRefType = 2;
    private const int EntityRefIdKeys = 3;
    private const int EntityRefDescriptionKeys = 4;

    private static readonly JsonWriterOptions Options = new()
    {
        // The file is for people and for verifiers, never for a browser.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        MaxDepth = 1_000,
        SkipValidation = true,
    };

    /// <returns>False if the bytes are not protobuf, or are nested without end; what was written then is not to be used.</returns>
    public static bool TryWrite(ReadOnlySpan<byte> request, IBufferWriter<byte> output)
    {
        using var json = new Utf8JsonWriter(output, Options);
        var writer = new ProtobufJsonWriter(json, request);
        writer.Object(new WireReader(request), static (ref ProtobufJsonWriter to, WireReader message) =>
            to.Messages("resourceSpans"u8, message, TraceFields.RequestResourceSpans, WriteResourceSpans));
        return !writer.IsMalformed;
    }

    private static void WriteResourceSpans(ref ProtobufJsonWriter to, WireReader message)
    {
        to.Message("resource"u8, message, TraceFields.ResourceSpansResource, WriteResource);
        to.Messages("scopeSpans"u8, message, TraceFields.ResourceSpansScopeSpans, WriteScopeSpans);
        to.String("schemaUrl"u8, message, TraceFields.ResourceSpansSchemaUrl);
    }

    private static void WriteResource(ref ProtobufJsonWriter to, WireReader message)
    {
        to.Messages("attributes"u8, message, TraceFields.ResourceAttributes, ProtobufJsonWriter.KeyValue);
        to.UInt32("droppedAttributesCount"u8, message, TraceFields.ResourceDroppedAttributesCount);
        to.Messages("entityRefs"u8, message, ResourceEntityRefs, WriteEntityRef);
    }

    private static void WriteEntityRef(ref ProtobufJsonWriter to, WireReader message)
    {
        to.String("schemaUrl"u8, message, EntityRefSchemaUrl);
        to.String("type"u8, message, EntityRefType);
        to.Strings("idKeys"u8, message, EntityRefIdKeys);
        to.Strings("descriptionKeys"u8, message, EntityRefDescriptionKeys);
    }

    private static void WriteScopeSpans(ref ProtobufJsonWriter to, WireReader message)
    {
        to.Message("scope"u8, message, TraceFields.ScopeSpansScope, WriteScope);
        to.Messages("spans"u8, message, TraceFields.ScopeSpansSpans, WriteSpan);
        to.String("schemaUrl"u8, message, TraceFields.ScopeSpansSchemaUrl);
    }

    private static void WriteScope(ref ProtobufJsonWriter to, WireReader message)
    {
        to.String("name"u8, message, TraceFields.ScopeName);
        to.String("version"u8, message, TraceFields.ScopeVersion);
        to.Messages("attributes"u8, message, TraceFields.ScopeAttributes, ProtobufJsonWriter.KeyValue);
        to.UInt32("droppedAttributesCount"u8, message, TraceFields.ScopeDroppedAttributesCount);
    }

    private static void WriteSpan(ref ProtobufJsonWriter to, WireReader message)
    {
        to.Hex("traceId"u8, message, TraceFields.SpanTraceId);
        to.Hex("spanId"u8, message, TraceFields.SpanSpanId);
        to.String("traceState"u8, message, TraceFields.SpanTraceState);
        to.Hex("parentSpanId"u8, message, TraceFields.SpanParentSpanId);
        to.UInt32("flags"u8, message, TraceFields.SpanFlags, WireType.Fixed32);
        to.String("name"u8, message, TraceFields.SpanName);
        to.Enum("kind"u8, message, TraceFields.SpanKind);
        to.Fixed64("startTimeUnixNano"u8, message, TraceFields.SpanStartTime);
        to.Fixed64("endTimeUnixNano"u8, message, TraceFields.SpanEndTime);
        to.Messages("attributes"u8, message, TraceFields.SpanAttributes, ProtobufJsonWriter.KeyValue);
        to.UInt32("droppedAttributesCount"u8, message, TraceFields.SpanDroppedAttributesCount);
        to.Messages("events"u8, message, TraceFields.SpanEvents, WriteEvent);
        to.UInt32("droppedEventsCount"u8, message, TraceFields.SpanDroppedEventsCount);
        to.Messages("links"u8, message, TraceFields.SpanLinks, WriteLink);
        to.UInt32("droppedLinksCount"u8, message, TraceFields.SpanDroppedLinksCount);
        to.Message("status"u8, message, TraceFields.SpanStatus, WriteStatus);
    }

    private static void WriteEvent(ref ProtobufJsonWriter to, WireReader message)
    {
        to.Fixed64("timeUnixNano"u8, message, TraceFields.EventTime);
        to.String("name"u8, message, TraceFields.EventName);
        to.Messages("attributes"u8, message, TraceFields.EventAttributes, ProtobufJsonWriter.KeyValue);
        to.UInt32("droppedAttributesCount"u8, message, TraceFields.EventDroppedAttributesCount);
    }

    private static void WriteLink(ref ProtobufJsonWriter to, WireReader message)
    {
        to.Hex("traceId"u8, message, TraceFields.LinkTraceId);
        to.Hex("spanId"u8, message, TraceFields.LinkSpanId);
        to.String("traceState"u8, message, TraceFields.LinkTraceState);
        to.Messages("attributes"u8, message, TraceFields.LinkAttributes, ProtobufJsonWriter.KeyValue);
        to.UInt32("droppedAttributesCount"u8, message, TraceFields.LinkDroppedAttributesCount);
        to.UInt32("flags"u8, message, TraceFields.LinkFlags, WireType.Fixed32);
    }

    private static void WriteStatus(ref ProtobufJsonWriter to, WireReader message)
    {
        to.String("message"u8, message, TraceFields.StatusMessage);
        to.Enum("code"u8, message, TraceFields.StatusCode);
    }
}
