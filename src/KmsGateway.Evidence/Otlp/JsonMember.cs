namespace KmsGateway.Evidence.Otlp;

/// <summary>The places of names in the lists of <see cref="JsonMembers"/>.</summary>
internal static class JsonMember
{
    /// <summary>A name that is not in the list.</summary>
    public const int Unknown = -1;

    public const int RequestResourceSpans = 0;

    public const int ResourceSpansResource = 0;
    public const int ResourceSpansScopeSpans = 1;

    public const int ResourceAttributes = 0;

    public const int ScopeSpansScope = 0;
    public const int ScopeSpansSpans = 1;

    public const int ScopeName = 0;
    public const int ScopeVersion = 1;

    public const int SpanTraceId = 0;
    public const int SpanSpanId = 1;
    public const int SpanParentSpanId = 2;
    public const int SpanName = 3;
    public const int SpanKind = 4;
    public const int SpanStartTime = 5;
    public const int SpanEndTime = 6;
    public const int SpanAttributes = 7;
    public const int SpanEvents = 8;
    public const int SpanLinks = 9;
    public const int SpanStatus = 10;

    public const int EventTime = 0;
    public const int EventName = 1;
    public const int EventAttributes = 2;

    public const int LinkTraceId = 0;
    public const int LinkSpanId = 1;
    public const int LinkAttributes = 2;

    public const int StatusMessage = 0;
    public const int StatusCode = 1;

    public const int KeyValueKey = 0;
    public const int KeyValueValue = 1;
    public const int KeyValueKeyStrindex = 2;

    public const int AnyValueString = 0;
    public const int AnyValueBool = 1;
    public const int AnyValueInt = 2;
    public const int AnyValueDouble = 3;
    public const int AnyValueArray = 4;
    public const int AnyValueKvlist = 5;
    public const int AnyValueBytes = 6;
    public const int AnyValueStringStrindex = 7;
}
