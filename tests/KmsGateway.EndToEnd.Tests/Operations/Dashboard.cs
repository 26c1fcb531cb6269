using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using KmsGateway.Testing;

namespace KmsGateway.EndToEnd.Tests.Operations;

/// <summary>A dashboard of <c>monitoring/grafana</c>.</summary>
internal sealed class Dashboard
{
    private readonly JsonObject _json;

    public Dashboard(string name)
    {
        var file = Path.Combine(RepositoryLayout.Root, "monitoring", "grafana", $"kmsgateway-{name}.json");
        _json = JsonNode.Parse(File.ReadAllText(file))!.AsObject();
        Panels = [.. _json["panels"]!.AsArray().Select(panel => panel!.AsObject())];
    }

    public static IReadOnlyList<string> Names { get; } = ["service", "keys-and-cost"];

    public string Uid => _json["uid"]!.GetValue<string>();

    /// <summary>All panels, headings too.</summary>
    public IReadOnlyList<JsonObject> Panels { get; }

    /// <summary>The panels that show something.</summary>
    public IEnumerable<JsonObject> Charts => Panels.Where(panel => panel["type"]!.GetValue<string>() != "row");

    public IEnumerable<string> Expressions =>
        from chart in Charts
        from target in chart["targets"]!.AsArray()
        select target!["expr"]!.GetValue<string>();

    /// <summary>As Grafana would ask for one job: its variables have their values.</summary>
    public IEnumerable<string> ExpressionsFor(string job, string rateInterval)
    {
        var values = _json["templating"]!["list"]!.AsArray()
            .Where(variable => variable!["type"]!.GetValue<string>() == "textbox")
            .ToDictionary(variable => variable!["name"]!.GetValue<string>(), variable => variable!["query"]!.GetValue<string>(), StringComparer.Ordinal);
        (values["__rate_interval"], values["job"], values["instance"]) = (rateInterval, job, ".*");
        return Expressions.Select(expression => values.Aggregate(
            expression,
            (text, variable) => Regex.Replace(text, $@"\${variable.Key}\b", variable.Value, RegexOptions.None, TimeSpan.FromSeconds(1))));
    }

    /// <summary>The links of the dashboard and of its panels.</summary>
    public IEnumerable<string> Links =>
        from owner in Panels.Prepend(_json)
        from link in owner["links"]?.AsArray() ?? []
        select link!["url"]!.GetValue<string>();
}
