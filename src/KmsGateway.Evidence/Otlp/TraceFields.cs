namespace KmsGateway.Evidence.Otlp;

/// <summary>
/// Field numbers of OTLP/trace, opentelemetry-proto v1.11.0:
/// https://github.com/open-telemetry/opentelemetry-proto/tree/v1.11.0/opentelemetry/proto
/// </summary>
public static class TraceFields
{
    public const int RequestResourceSpans = 1;

    public const int ResourceSpansResource = 1;
    public const int ResourceSpansScopeSpans = 2;
    public const int ResourceSpansSchemaUrl = 3;

    public const int ResourceAttributes = 1;
    public const int ResourceDroppedAttributesCount = 2;

    public const int ScopeSpansScope = 1;
    public const int ScopeSpansSpans = 2;
    public const int ScopeSpansSchemaUrl = 3;

    public const int ScopeName = 1;
    public const int ScopeVersion = 2;
    public const int ScopeAttributes = 3;
    public const int ScopeDroppedAttributesCount = 4;

    public const int SpanTraceId = 1;
    public const int SpanSpanId = 2;
    public const int SpanTraceState = 3;
    public const int SpanParentSpanId = 4;
    public const int SpanName = 5;
    public const int SpanKind = 6;
    public const int SpanStartTime = 7;
    public const int SpanEndTime = 8;
    public const int SpanAttributes = 9;
    public const int SpanDroppedAttributesCount = 10;
    public const int SpanEvents = 11;
    public const int SpanDroppedEventsCount = 12;
    public const int SpanLinks = 13;
    public const int SpanDroppedLinksCount = 14;
    public const int SpanStatus = 15;
    public const int SpanFlags = 16;

    public const int EventTime = 1;
    public const int EventName = 2;
    public const int EventAttributes = 3;
    public const int EventDroppedAttributesCount = 4;

    public const int LinkTraceId = 1;
    public const int LinkSpanId = 2;
    public const int LinkTraceState = 3;
    public const int LinkAttributes = 4;
    public const int LinkDroppedAttributesCount = 5;
    public const int LinkFlags = 6;

    public const int StatusMessage = 2;
    public const int StatusCode = 3;

    public const int KeyValueKey = 1;
    public const int KeyValueValue = 2;
    public const int KeyValueKeyStrindex = 3;

    public const int AnyValueString = 1;
    public const int AnyValueBool = 2;
    public const int AnyValueInt = 3;
    public const int AnyValueDouble = 4;
    public const int AnyValueArray = 5;
    public const int AnyValueKvlist = 6;
    public const int AnyValueBytes = 7;
    public const int AnyValueStringStrindex = 8;

    /// <summary>The repeated field of both ArrayValue and KeyValueList.</summary>
    public const int ListValues = 1;
}
