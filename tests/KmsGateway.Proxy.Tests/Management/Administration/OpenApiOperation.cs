using System.Text.Json.Nodes;

namespace KmsGateway.Proxy.Tests.Management.Administration;

/// <summary>One call of the admin API, as its document has it.</summary>
internal sealed record OpenApiOperation(OpenApiDocument Document, HttpMethod Method, string Path, JsonObject Definition)
{
    public string Id => Definition["operationId"]!.GetValue<string>();

    public string Scope => Definition["x-scope"]!.GetValue<string>();

    public JsonObject? Body => Definition["requestBody"]?["content"]?["application/json"]?.AsObject();

    public JsonObject? Example => Body?["example"]?.AsObject();

    /// <summary>The path with the document's examples for what is not given.</summary>
    public string Address(string? value = null) => Parameters()
        .Where(parameter => parameter["in"]!.GetValue<string>() == "path")
        .Aggregate(
            Path,
            (path, parameter) => path.Replace(
                $"{{{parameter["name"]}}}", Uri.EscapeDataString(value ?? parameter["example"]!.GetValue<string>()), StringComparison.Ordinal));

    /// <summary>What the document says of an answer with this status.</summary>
    public JsonObject Response(int status)
    {
        var response = Definition["responses"]![$"{status}"];
        Assert.True(response is not null, $"{Method} {Path} answers {status}, which the document does not have.");
        return Document.Resolve(response);
    }

    public IEnumerable<int> Statuses() => Definition["responses"]!.AsObject().Select(pair => int.Parse(pair.Key, null));

    private IEnumerable<JsonObject> Parameters() => (Definition["parameters"]?.AsArray() ?? []).Select(parameter => Document.Resolve(parameter!));
}
