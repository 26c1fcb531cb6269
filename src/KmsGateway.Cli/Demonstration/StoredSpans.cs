using System.Text.Json;

namespace KmsGateway.Cli.Demonstration;

/// <summary>The spans of stored lines: their attribute keys by span id.</summary>
internal static class StoredSpans
{
    public static IReadOnlyDictionary<string, HashSet<string>> Read(IEnumerable<byte[]> lines)
    {
        var spans = new Dictionary<string, HashSet<string>>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in lines)
        {
            using var document = JsonDocument.Parse(line);
            var found = Items(document.RootElement, "resourceSpans")
                .SelectMany(resource => Items(resource, "scopeSpans"))
                .SelectMany(scope => Items(scope, "spans"));
            foreach (var span in found)
            {
                spans[Text(span, "spanId")] = [.. Items(span, "attributes").Select(attribute => Text(attribute, "key"))];
            }
        }

        return spans;
    }

    private static string Text(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) ? value.ToString() : "";

    private static JsonElement[] Items(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var items) && items.ValueKind == JsonValueKind.Array ? [.. items.EnumerateArray()] : [];
}
