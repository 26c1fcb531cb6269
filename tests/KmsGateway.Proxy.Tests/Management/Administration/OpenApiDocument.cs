using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;
using KmsGateway.Testing;

namespace KmsGateway.Proxy.Tests.Management.Administration;

/// <summary><c>docs/admin-openapi.json</c>.</summary>
internal sealed class OpenApiDocument
{
    private static readonly EvaluationOptions Strict = new() { OutputFormat = OutputFormat.List, RequireFormatValidation = true };

    private readonly JsonNode _document =
        JsonNode.Parse(File.ReadAllBytes(Path.Combine(RepositoryLayout.Root, "docs", "admin-openapi.json")))!;

    public JsonObject Schemas => _document["components"]!["schemas"]!.AsObject();

    public IReadOnlyList<OpenApiOperation> Operations() =>
    [
        .. from path in _document["paths"]!.AsObject()
           from operation in path.Value!.AsObject()
           select new OpenApiOperation(this, HttpMethod.Parse(operation.Key), path.Key, operation.Value!.AsObject()),
    ];

    /// <summary>Follows a reference within the document.</summary>
    public JsonObject Resolve(JsonNode node) => node["$ref"] is { } reference
        ? reference.GetValue<string>().Split('/').Skip(1).Aggregate(_document, (place, name) => place[name]!).AsObject()
        : node.AsObject();

    public void AssertValid(JsonNode schema, string json, string where)
    {
        // The schemas' references, where JSON Schema alone finds them.
        var text = new JsonObject { ["allOf"] = new JsonArray(schema.DeepClone()), ["$defs"] = Schemas.DeepClone() }
            .ToJsonString().Replace("#/components/schemas/", "#/$defs/", StringComparison.Ordinal);
        using var instance = JsonDocument.Parse(json);
        var result = JsonSchema.FromText(text).Evaluate(instance.RootElement, Strict);
        var errors = (result.Details ?? []).SelectMany(detail => (detail.Errors ?? []).Select(error => $"{detail.InstanceLocation}: {error.Value}"));
        Assert.True(result.IsValid, $"{where}: {string.Join("; ", errors)}\n{json}");
    }
}
