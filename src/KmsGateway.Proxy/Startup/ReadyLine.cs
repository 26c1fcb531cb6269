using KmsGateway.Proxy.Listeners;

namespace KmsGateway.Proxy.Startup;

/// <summary>Says on stdout where the gateway listens, once it does. Scripts read this line, so no log level hides it.</summary>
internal sealed class ReadyLine(BoundListeners listeners, StartedFlag started) : IHostedLifecycleService
{
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        started.Set();
        return Console.Out.WriteLineAsync(
            $"KmsGateway ready: OTLP/gRPC {listeners.Address(GatewayListener.OtlpGrpc)}, "
            + $"OTLP/HTTP {listeners.Address(GatewayListener.OtlpHttp)}, "
            + $"management {listeners.Address(GatewayListener.Management)}");
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
