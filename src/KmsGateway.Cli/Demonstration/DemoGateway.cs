using KmsGateway.Cli.Gateways;
using KmsGateway.Cli.Terminal;

namespace KmsGateway.Cli.Demonstration;

/// <summary>The gateway of a demonstration: one that runs already, or one started for it.</summary>
internal sealed class DemoGateway : IAsyncDisposable
{
    public const string DefaultSink = "data/sink/traces.jsonl";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly GatewayProcess? _process;

    private DemoGateway(GatewayEndpoints endpoints, string sink, GatewayProcess? process)
    {
        Endpoints = endpoints;
        Sink = sink;
        _process = process;
    }

    public GatewayEndpoints Endpoints { get; }

    public string Sink { get; }

    public bool IsOwn => _process is not null;

    /// <param name="endpoints">Where a gateway is, or may be.</param>
    /// <param name="isNamed">It was asked for: no other will do.</param>
    /// <param name="sink">The sink file that was asked for, or null.</param>
    /// <param name="environment">The command's surroundings.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public static async Task<DemoGateway> FindAsync(
        GatewayEndpoints endpoints, bool isNamed, string? sink, CliEnvironment environment, CancellationToken cancellationToken)
    {
        var health = new HealthClient(environment);
        var (report, problem) = await health.GetAsync(endpoints.Readiness, cancellationToken);
        if (report is { IsUp: true })
        {
            return new DemoGateway(endpoints, sink ?? DefaultSink, null);
        }

        if (isNamed || report is not null)
        {
            throw new CommandException(problem ?? $"{endpoints.Readiness} answered {report!.Status}: see kmsgw healthcheck");
        }

        if (!GatewayProcess.CanStart(environment.WorkingFolder))
        {
            throw new CommandException(
                $"{problem}; to start one, run this from the root of the KmsGateway repository, or name a gateway with --gateway");
        }

        var (process, own) = await GatewayProcess.StartAsync(environment, cancellationToken);
        var gateway = new DemoGateway(own, process.SinkFile, process);
        try
        {
            await WaitUntilReadyAsync(health, own, environment.Time, cancellationToken);
            return gateway;
        }
        catch
        {
            await gateway.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => _process?.DisposeAsync() ?? ValueTask.CompletedTask;

    private static async Task WaitUntilReadyAsync(
        HealthClient health, GatewayEndpoints endpoints, TimeProvider time, CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        while (true)
        {
            var (report, problem) = await health.GetAsync(endpoints.Readiness, cancellationToken);
            if (report is { IsUp: true })
            {
                return;
            }

            if (time.GetElapsedTime(begun) >= Patience)
            {
                throw new CommandException($"the gateway did not become ready: {problem ?? report!.Status}");
            }

            await Task.Delay(Pause, time, cancellationToken);
        }
    }
}
