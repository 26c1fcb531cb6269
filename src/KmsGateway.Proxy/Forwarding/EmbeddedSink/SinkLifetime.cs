namespace KmsGateway.Proxy.Forwarding.EmbeddedSink;

internal sealed class SinkLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
