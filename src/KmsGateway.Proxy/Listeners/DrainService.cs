using Microsoft.Extensions.Options;

namespace KmsGateway.Proxy.Listeners;

/// <summary>
/// Before the listeners close, readiness goes down and connections are asked to end: who sends has time to go elsewhere, and is served
/// until then.
/// </summary>
internal sealed partial class DrainService(
    Draining draining,
    IOptions<ShutdownOptions> options,
    IOptions<HostOptions> host,
    IHostEnvironment environment,
    TimeProvider time,
    ILogger<DrainService> logger)
    : IHostedLifecycleService
{
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        var delay = options.Value.DelayIn(environment);
        LogDraining(delay);
        var wait = Task.Delay(delay, time, cancellationToken);
        await draining.StartAsync();
        await wait;
    }

    // Here and not with the options: those of the host are read before ours are validated.
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        host.Value.ShutdownTimeout = options.Value.DelayIn(environment) + options.Value.Timeout;
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(4011, LogLevel.Information, "Asked to end: readiness is down, the listeners close in {Delay}.")]
    private partial void LogDraining(TimeSpan delay);
}
