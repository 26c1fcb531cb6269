using System.Text.Json.Nodes;
using Xunit;

namespace KmsGateway.EndToEnd.Tests.Evidence;

/// <summary>The parts of a request with one span, to lay hands on.</summary>
internal sealed class SignedRequest(JsonObject request)
{
    public JsonObject ResourceSpans => At(request, "resourceSpans", 0);

    public JsonObject Resource => ResourceSpans["resource"]!.AsObject();

    public JsonObject ScopeSpans => At(ResourceSpans, "scopeSpans", 0);

    public JsonObject Scope => ScopeSpans["scope"]!.AsObject();

    public JsonObject Span => At(ScopeSpans, "spans", 0);

    public JsonObject Status => Span["status"]!.AsObject();

    public JsonObject Event(int index) => At(Span, "events", index);

    public JsonObject Link(int index) => At(Span, "links", index);

    /// <summary>The value of an attribute of <paramref name="owner"/>: <c>{"stringValue": ...}</c>.</summary>
    public static JsonObject Value(JsonObject owner, string key) => Attribute(owner, key)["value"]!.AsObject();

    public static JsonObject Attribute(JsonObject owner, string key)
    {
        var attribute = List(owner, "attributes").FirstOrDefault(a => a!["key"]!.GetValue<string>() == key);
        Assert.True(attribute is not null, $"There is no attribute {key}.");
        return attribute.AsObject();
    }

    public static void Add(JsonObject owner, string key, string value) =>
        List(owner, "attributes").Add(new JsonObject { ["key"] = key, ["value"] = new JsonObject { ["stringValue"] = value } });

    public static void Remove(JsonObject owner, string key) => List(owner, "attributes").Remove(Attribute(owner, key));

    public static JsonArray List(JsonObject owner, string name) => owner[name]!.AsArray();

    public static void Reverse(JsonArray list)
    {
        var elements = list.Reverse().ToArray();
        list.Clear();
        foreach (var element in elements)
        {
            list.Add(element);
        }
    }

    private static JsonObject At(JsonObject owner, string name, int index) => List(owner, name)[index]!.AsObject();
}
