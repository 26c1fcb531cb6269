using System.Text.RegularExpressions;
using Xunit;

namespace KmsGateway.Testing.Processes;

/// <summary>A real Alertmanager with the repository's routes and inhibition rules, whose receivers are all one webhook.</summary>
public sealed partial class AlertmanagerServer : IAsyncDisposable
{
    private readonly ServerProcess _process;

    private AlertmanagerServer(Uri address, ServerProcess process)
    {
        (Address, _process) = (address, process);
    }

    public Uri Address { get; }

    /// <param name="webhook">Who is told.</param>
    /// <param name="atOnce">Whether it tells within a second instead of gathering for as long as the repository's routes say.</param>
    public static async Task<AlertmanagerServer> StartAsync(Uri webhook, bool atOnce)
    {
        var program = Requires.Program("prometheus-alertmanager");
        var address = new Uri($"http://127.0.0.1:{FixedPort.Take()}");
        var shipped = await File.ReadAllTextAsync(
            Path.Combine(RepositoryLayout.Root, "monitoring", "alertmanager", "alertmanager.yml"), TestContext.Current.CancellationToken);
        var process = await ServerProcess.StartAsync(
            program,
            new Dictionary<string, string> { ["alertmanager.yml"] = Configuration(shipped, webhook, atOnce) },
            [
                "--config.file=alertmanager.yml",
                "--storage.path=data",
                $"--web.listen-address={address.Authority}",

                // It is alone.
                "--cluster.listen-address=",
            ],
            new Uri(address, "/-/ready"));
        return new AlertmanagerServer(address, process);
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static string Configuration(string shipped, Uri webhook, bool atOnce)
    {
        var beforeReceivers = shipped[..shipped.IndexOf("\nreceivers:", StringComparison.Ordinal)];
        var receivers = ReceiverName().Matches(beforeReceivers)
            .Select(match => match.Groups["name"].Value).Distinct(StringComparer.Ordinal);
        var routes = atOnce ? Gathering().Replace(beforeReceivers, "${setting}: 1s") : beforeReceivers;
        return $"{routes}\nreceivers:\n" + string.Concat(receivers.Select(name =>
            $"  - name: {name}\n    webhook_configs:\n      - url: {webhook}\n        send_resolved: true\n"));
    }

    [GeneratedRegex(@"\breceiver: (?<name>\S+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex ReceiverName();

    [GeneratedRegex(@"\b(?<setting>group_wait|group_interval): \S+", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Gathering();
}
