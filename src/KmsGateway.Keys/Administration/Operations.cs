using Microsoft.Extensions.Logging;

namespace KmsGateway.Keys.Administration;

/// <summary>What this gateway does for all its tenants on somebody's word. One of a kind at a time; the last so many are remembered.</summary>
internal sealed class Operations(TimeProvider time, ILogger<Operations> logger) : IDisposable
{
    private const int Remembered = 100;
    private const int AtATime = 8;

    private readonly Lock _lock = new();
    private readonly LinkedList<(string Kind, RunningOperation Operation)> _all = [];
    private readonly CancellationTokenSource _stopping = new();

    public Operation? Find(string id)
    {
        lock (_lock)
        {
            return _all.FirstOrDefault(entry => entry.Operation.Id == id).Operation?.Describe();
        }
    }

    /// <summary>Begins to do something for each tenant. False from it: it could not be done now.</summary>
    /// <exception cref="KeyAdministrationException">One of this kind is under way.</exception>
    public Operation Start(
        string kind, string actor, string reason, IReadOnlyCollection<string> tenants, Func<string, CancellationToken, Task<bool>> action)
    {
        var operation = new RunningOperation(kind, actor, reason, tenants.Count, time.GetUtcNow());
        lock (_lock)
        {
            if (_all.FirstOrDefault(entry => entry.Kind == kind && entry.Operation.IsRunning).Operation is { } running)
            {
                throw new KeyAdministrationException($"It is under way already, as operation {running.Id}. Look at that one, or wait for its end.");
            }

            _all.AddFirst((kind, operation));
            Forget();
        }

        _ = Task.Run(() => RunAsync(kind, operation, tenants, action), CancellationToken.None);
        return operation.Describe();
    }

    public void Dispose()
    {
        _stopping.Cancel();
        _stopping.Dispose();
    }

    // What is under way is remembered, however many came after it: else it could be started a second time.
    private void Forget()
    {
        for (var node = _all.Last; node is not null && _all.Count > Remembered;)
        {
            var before = node.Previous;
            if (!node.Value.Operation.IsRunning)
            {
                _all.Remove(node);
            }

            node = before;
        }
    }

    private async Task RunAsync(
        string kind, RunningOperation operation, IReadOnlyCollection<string> tenants, Func<string, CancellationToken, Task<bool>> action)
    {
        var wasInterrupted = false;
        try
        {
            await Parallel.ForEachAsync(
                tenants,
                new ParallelOptions { MaxDegreeOfParallelism = AtATime, CancellationToken = _stopping.Token },
                async (tenant, token) => await RunAsync(kind, operation, tenant, action, token));
        }
        catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException)
        {
            wasInterrupted = true;
        }

        operation.Finish(time.GetUtcNow(), wasInterrupted);
        var end = operation.Describe();
        KeysLog.OperationEnded(logger, kind, end.Id, end.State, end.Done, end.Total, end.Failed);
    }

    private async Task RunAsync(
        string kind, RunningOperation operation, string tenant, Func<string, CancellationToken, Task<bool>> action, CancellationToken token)
    {
        try
        {
            if (await action(tenant, token))
            {
                operation.Succeeded();
            }
            else
            {
                operation.Failed(tenant);
            }
        }
        catch (Exception exception) when (!token.IsCancellationRequested)
        {
            // One tenant's trouble is not the others'.
            KeysLog.OperationFailed(logger, exception, kind, tenant);
            operation.Failed(tenant);
        }
    }
}
