using System.Text.Json.Nodes;

namespace KmsGateway.EndToEnd.Tests.Evidence;

/// <summary>The file of the embedded sink: one export request in OTLP/JSON per line.</summary>
internal static class SinkLines
{
    public static IReadOnlyList<JsonObject> Spans(string file) =>
        [.. File.ReadLines(file).Where(line => line.Length > 0).SelectMany(line => Spans(JsonNode.Parse(line)!))];

    public static IEnumerable<JsonObject> Spans(JsonNode request) =>
        Elements(request, "resourceSpans")
            .SelectMany(resource => Elements(resource, "scopeSpans"))
            .SelectMany(scope => Elements(scope, "spans"));

    public static IEnumerable<string> AttributeKeys(JsonNode span) =>
        Elements(span, "attributes").Select(attribute => attribute["key"]!.GetValue<string>());

    public static bool IsCompliance(JsonNode span) => HasAttribute(span, "compliance.");

    public static bool IsTouched(JsonNode span) => HasAttribute(span, "audit.integrity.");

    private static bool HasAttribute(JsonNode span, string prefix) =>
        AttributeKeys(span).Any(key => key.StartsWith(prefix, StringComparison.Ordinal));

    private static IEnumerable<JsonObject> Elements(JsonNode parent, string name) =>
        (parent[name] as JsonArray)?.Select(element => element!.AsObject()) ?? [];
}
