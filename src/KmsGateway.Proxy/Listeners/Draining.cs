namespace KmsGateway.Proxy.Listeners;

/// <summary>The gateway has been asked to end and still serves.</summary>
internal sealed class Draining : IDisposable
{
    private readonly CancellationTokenSource _started = new();

    public bool HasStarted => _started.IsCancellationRequested;

    /// <summary>Ends when draining begins.</summary>
    public CancellationToken Started => _started.Token;

    public Task StartAsync() => _started.CancelAsync();

    public void Dispose() => _started.Dispose();
}
