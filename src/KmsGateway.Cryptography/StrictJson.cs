using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace KmsGateway.Cryptography;

/// <summary>Reading of small JSON documents that are evidence: no repeated member, no comment, no trailing comma.</summary>
public static class StrictJson
{
    private static readonly JsonDocumentOptions Options = new() { AllowDuplicateProperties = false };

    public static bool TryParse(ReadOnlyMemory<byte> json, [NotNullWhen(true)] out JsonDocument? document)
    {
        try
        {
            document = JsonDocument.Parse(json, Options);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                return true;
            }

            document.Dispose();
        }
        catch (JsonException)
        {
            // No Try form of JsonDocument.Parse exists; the caller answers with what it expected to read.
        }

        document = null;
        return false;
    }

    /// <summary>A member that is a string; null when it is absent, of another type, or not Unicode.</summary>
    public static string? Text(JsonElement parent, string name)
    {
        if (!parent.TryGetProperty(name, out var value) || value.ValueKind != JsonValueKind.String)
        {
            return null;
        }

        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            // An unpaired surrogate escape, or bytes that are not UTF-8.
            return null;
        }
    }
}
