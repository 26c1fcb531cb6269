using System.Text;

namespace KmsGateway.Evidence.Otlp;

/// <summary>The member names that OTLP/JSON gives one message, in the order of <see cref="JsonMember"/>.</summary>
internal sealed class JsonMembers
{
    private readonly byte[][] _names;
    private readonly byte[][] _folded;

    private JsonMembers(params string[] names)
    {
        _names = [.. names.Select(Encoding.ASCII.GetBytes)];
        _folded = [.. names.Select(name => Encoding.ASCII.GetBytes(name.ToLowerInvariant()))];
    }

    public static JsonMembers Request { get; } = new("resourceSpans");

    public static JsonMembers ResourceSpans { get; } = new("resource", "scopeSpans", "schemaUrl");

    public static JsonMembers Resource { get; } = new("attributes", "droppedAttributesCount", "entityRefs");

    public static JsonMembers ScopeSpans { get; } = new("scope", "spans", "schemaUrl");

    public static JsonMembers Scope { get; } = new("name", "version", "attributes", "droppedAttributesCount");

    public static JsonMembers Span { get; } = new(
        "traceId", "spanId", "parentSpanId", "name", "kind", "startTimeUnixNano", "endTimeUnixNano", "attributes", "events", "links",
        "status", "traceState", "flags", "droppedAttributesCount", "droppedEventsCount", "droppedLinksCount");

    public static JsonMembers Event { get; } = new("timeUnixNano", "name", "attributes", "droppedAttributesCount");

    public static JsonMembers Link { get; } = new("traceId", "spanId", "attributes", "traceState", "droppedAttributesCount", "flags");

    public static JsonMembers Status { get; } = new("message", "code");

    public static JsonMembers KeyValue { get; } = new("key", "value", "keyStrindex");

    public static JsonMembers AnyValue { get; } = new(
        "stringValue", "boolValue", "intValue", "doubleValue", "arrayValue", "kvlistValue", "bytesValue", "stringValueStrindex");

    /// <summary>The members of both ArrayValue and KeyValueList.</summary>
    public static JsonMembers List { get; } = new("values");

    public int Find(ReadOnlySpan<byte> name)
    {
        for (var i = 0; i < _names.Length; i++)
        {
            if (name.SequenceEqual(_names[i]))
            {
                return i;
            }
        }

        return JsonMember.Unknown;
    }

    /// <summary>Whether a name that is not known becomes one without <c>_</c> and in lower case: pdata reads <c>trace_id</c> too.</summary>
    public bool IsAlias(ReadOnlySpan<byte> name)
    {
        foreach (var folded in _folded)
        {
            if (FoldsTo(name, folded))
            {
                return true;
            }
        }

        return false;
    }

    private static bool FoldsTo(ReadOnlySpan<byte> name, ReadOnlySpan<byte> folded)
    {
        var position = 0;
        foreach (var character in name)
        {
            if (character == '_')
            {
                continue;
            }

            var lower = character is >= (byte)'A' and <= (byte)'Z' ? (byte)(character | 0x20) : character;
            if (position == folded.Length || folded[position++] != lower)
            {
                return false;
            }
        }

        return position == folded.Length;
    }
}
