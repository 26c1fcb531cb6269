using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Unicode;

namespace KmsGateway.Cryptography;

/// <summary>Reading of small JSON documents that are evidence: UTF-8, no repeated member, no comment, no trailing comma.</summary>
public static class StrictJson
{
    private static readonly JsonDocumentOptions Options = new() { AllowDuplicateProperties = false };

    public static bool TryParse(ReadOnlyMemory<byte> json, [NotNullWhen(true)] out JsonDocument? document)
    {
        document = null;
        if (!Utf8.IsValid(json.Span))
        {
            // JsonDocument looks at the bytes of a text only when it is asked for that text, and then throws.
            return false;
        }

        try
        {
            document = JsonDocument.Parse(json, Options);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                return true;
            }

            document.Dispose();
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // No Try form of JsonDocument.Parse exists; the caller answers with what it expected to read. The second is a name that
            // escapes an unpaired surrogate.
        }

        document = null;
        return false;
    }

    /// <summary>A member that is a string; null when it is absent, of another type, or escapes an unpaired surrogate.</summary>
    public static string? Text(JsonElement parent, string name) => parent.TryGetProperty(name, out var value) ? Text(value) : null;

    /// <inheritdoc cref="Text(JsonElement, string)"/>
    public static string? Text(JsonElement value)
    {
        try
        {
            return value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
