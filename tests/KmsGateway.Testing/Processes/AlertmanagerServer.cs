using System.Text.RegularExpressions;
using Xunit;

namespace KmsGateway.Testing.Processes;

/// <summary>A real Alertmanager with the repository's routes and inhibition rules, whose receivers are all one webhook.</summary>
public sealed partial class AlertmanagerServer : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private ServerProcess? _process;

    private AlertmanagerServer()
    {
        Address = new Uri($"http://127.0.0.1:{FixedPort.Take()}");
    }

    public Uri Address { get; }

    /// <param name="webhook">Who is told.</param>
    /// <param name="atOnce">Whether it tells within a second instead of gathering for as long as the repository's routes say.</param>
    public static async Task<AlertmanagerServer> StartAsync(Uri webhook, bool atOnce)
    {
        var program = Requires.Program("prometheus-alertmanager");
        var server = new AlertmanagerServer();
        try
        {
            await server.StartAsync(program, webhook, atOnce);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        _folder.Dispose();
    }

    private async Task StartAsync(string program, Uri webhook, bool atOnce)
    {
        var shipped = await File.ReadAllTextAsync(
            Path.Combine(RepositoryLayout.Root, "monitoring", "alertmanager", "alertmanager.yml"), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(
            _folder["alertmanager.yml"], Configuration(shipped, webhook, atOnce), TestContext.Current.CancellationToken);
        _process = await ServerProcess.StartAsync(
            program,
            _folder.Path,
            [
                "--config.file=alertmanager.yml",
                "--storage.path=data",
                $"--web.listen-address={Address.Authority}",

                // It is alone.
                "--cluster.listen-address=",
            ],
            new Uri(Address, "/-/ready"));
    }

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
