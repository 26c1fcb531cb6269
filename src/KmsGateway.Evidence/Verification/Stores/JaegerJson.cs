using System.Runtime.InteropServices;
using System.Text.Json;
using KmsGateway.Cryptography;
using KmsGateway.Evidence.Otlp;

namespace KmsGateway.Evidence.Verification.Stores;

/// <summary>Reads members of Jaeger's objects: null is the same as absent, and another type than expected is no trace of Jaeger's.</summary>
internal static class JaegerJson
{
    private const ulong NanosecondsPerMicrosecond = 1_000;

    public static JsonElement? Find(JsonElement parent, string name, JsonValueKind kind)
    {
        if (parent.ValueKind != JsonValueKind.Object)
        {
            throw new FormatException("not an object");
        }

        if (!parent.TryGetProperty(name, out var member) || member.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        return member.ValueKind == kind ? member : throw new FormatException($"{name} is of another type");
    }

    public static IEnumerable<JsonElement> Objects(JsonElement parent, string name)
    {
        if (Find(parent, name, JsonValueKind.Array) is not { } array)
        {
            yield break;
        }

        foreach (var item in array.EnumerateArray())
        {
            yield return item.ValueKind == JsonValueKind.Object ? item : throw new FormatException($"{name} holds something else");
        }
    }

    /// <summary>An absent string, and one that is not Unicode, is equal to no name.</summary>
    public static string? Text(JsonElement parent, string name) =>
        Find(parent, name, JsonValueKind.String) is null ? null : StrictJson.Text(parent, name);

    /// <summary>An id in lower hexadecimal, of which Jaeger leaves out leading zeros.</summary>
    public static string Id(JsonElement parent, string name, int digits)
    {
        if (Find(parent, name, JsonValueKind.String) is null)
        {
            return new string('0', digits);
        }

        return StrictJson.Text(parent, name) is { } id && id.Length <= digits && id.All(char.IsAsciiHexDigit)
            ? id.ToLowerInvariant().PadLeft(digits, '0')
            : throw new FormatException($"{name} is no id");
    }

    public static ulong Microseconds(JsonElement parent, string name)
    {
        if (Find(parent, name, JsonValueKind.Number) is not { } number)
        {
            return 0;
        }

        return JsonNumber.TryReadUInt64(JsonMarshal.GetRawUtf8Value(number), out var value)
            ? value
            : throw new FormatException($"{name} is no number of microseconds");
    }

    public static ulong ToNanoseconds(UInt128 microseconds)
    {
        var nanoseconds = microseconds * NanosecondsPerMicrosecond;
        return nanoseconds <= ulong.MaxValue ? (ulong)nanoseconds : throw new FormatException("a time beyond what OTLP holds");
    }

    /// <summary>Writes a value as it stands: escapes and digits are the store's, and an unpaired surrogate stays one.</summary>
    public static void Copy(JsonElement value, Utf8JsonWriter otlp) =>
        otlp.WriteRawValue(JsonMarshal.GetRawUtf8Value(value), skipInputValidation: true);
}
