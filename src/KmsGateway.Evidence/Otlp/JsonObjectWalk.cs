using System.Text.Json;

namespace KmsGateway.Evidence.Otlp;

/// <summary>
/// Walks OTLP objects only for their members' names. A value of another type than OTLP gives it is stepped over: that concerns its span
/// alone, and only if the span is to be signed.
/// </summary>
internal static class JsonObjectWalk
{
    public static OtlpError Skip(ref Utf8JsonReader reader)
    {
        reader.Skip();
        return OtlpError.None;
    }

    public static OtlpError Scope(ref Utf8JsonReader reader) => Object(ref reader, JsonMembers.Scope);

    /// <summary>An object whose only deeper OTLP objects are its attributes.</summary>
    public static OtlpError Object(ref Utf8JsonReader reader, JsonMembers names)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return Skip(ref reader);
        }

        var attributes = names.Find("attributes"u8);
        var error = OtlpError.None;
        var members = new JsonObjectReader(names);
        while (error == OtlpError.None && members.Read(ref reader, out var member))
        {
            error = member == attributes && member != JsonMember.Unknown
                ? KeyValues(ref reader, depth: 1)
                : Skip(ref reader);
        }

        return error != OtlpError.None ? error : members.Error;
    }

    public static OtlpError Each(ref Utf8JsonReader reader, JsonMembers names)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return Skip(ref reader);
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (Object(ref reader, names) is var error && error != OtlpError.None)
            {
                return error;
            }
        }

        return OtlpError.None;
    }

    /// <summary>What nests deeper than the format reads is stepped over: the recursion has an end.</summary>
    public static OtlpError AnyValue(ref Utf8JsonReader reader, int depth)
    {
        if (reader.TokenType != JsonTokenType.StartObject || depth > OtlpLimits.MaxDepth)
        {
            return Skip(ref reader);
        }

        var error = OtlpError.None;
        var members = new JsonObjectReader(JsonMembers.AnyValue);
        while (error == OtlpError.None && members.Read(ref reader, out var member))
        {
            error = member switch
            {
                JsonMember.AnyValueArray => List(ref reader, isMap: false, depth),
                JsonMember.AnyValueKvlist => List(ref reader, isMap: true, depth),
                _ => Skip(ref reader),
            };
        }

        return error != OtlpError.None ? error : members.Error;
    }

    private static OtlpError List(ref Utf8JsonReader reader, bool isMap, int depth)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return Skip(ref reader);
        }

        var error = OtlpError.None;
        var members = new JsonObjectReader(JsonMembers.List);
        while (error == OtlpError.None && members.Read(ref reader, out var member))
        {
            error = member == JsonMember.Unknown || depth == OtlpLimits.MaxDepth ? Skip(ref reader)
                : isMap ? KeyValues(ref reader, depth + 1)
                : AnyValues(ref reader, depth + 1);
        }

        return error != OtlpError.None ? error : members.Error;
    }

    private static OtlpError AnyValues(ref Utf8JsonReader reader, int depth)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return Skip(ref reader);
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (AnyValue(ref reader, depth) is var error && error != OtlpError.None)
            {
                return error;
            }
        }

        return OtlpError.None;
    }

    private static OtlpError KeyValues(ref Utf8JsonReader reader, int depth)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return Skip(ref reader);
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                reader.Skip();
                continue;
            }

            var error = OtlpError.None;
            var members = new JsonObjectReader(JsonMembers.KeyValue);
            while (error == OtlpError.None && members.Read(ref reader, out var member))
            {
                error = member == JsonMember.KeyValueValue ? AnyValue(ref reader, depth) : Skip(ref reader);
            }

            if (error != OtlpError.None || members.Error != OtlpError.None)
            {
                return error != OtlpError.None ? error : members.Error;
            }
        }

        return OtlpError.None;
    }
}
