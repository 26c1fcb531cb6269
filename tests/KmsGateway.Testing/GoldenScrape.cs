namespace KmsGateway.Testing;

/// <summary>
/// <c>scrape.golden</c>: each metric that a gateway has, with its type and labels, one a line. A contract with alerts, dashboards and documents.
/// </summary>
public static class GoldenScrape
{
    public static string File { get; } = Path.Combine(
        RepositoryLayout.Root, "tests", "KmsGateway.Proxy.Tests", "Telemetry", "scrape.golden");

    public static IReadOnlyList<string> Lines { get; } = System.IO.File.ReadAllLines(File);

    /// <summary>The names of the metrics.</summary>
    public static IEnumerable<string> Names => Lines.Select(line => line.Split(' ')[0]);

    /// <summary>The names under which Prometheus has their series: a histogram has three.</summary>
    public static IEnumerable<string> Series => Lines.Select(line => line.Split(' ')).SelectMany(metric =>
        metric[1] == "histogram" ? [$"{metric[0]}_bucket", $"{metric[0]}_count", $"{metric[0]}_sum"] : (string[])[metric[0]]);
}
