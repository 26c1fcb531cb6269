using Polly;

namespace KmsGateway.Keys.Resilience;

/// <summary>At most so many calls at a time; the others wait for their turn or for the end of their token.</summary>
/// <remarks>It stands outside the circuit: waiting for one's turn says nothing of the other side.</remarks>
internal sealed class ConcurrencyLimitStrategy(int calls) : ResilienceStrategy, IDisposable
{
    private readonly SemaphoreSlim _semaphore = new(calls, calls);

    public void Dispose() => _semaphore.Dispose();

    protected override async ValueTask<Outcome<TResult>> ExecuteCore<TResult, TState>(
        Func<ResilienceContext, TState, ValueTask<Outcome<TResult>>> callback, ResilienceContext context, TState state)
    {
        try
        {
            await _semaphore.WaitAsync(context.CancellationToken);
        }
        catch (OperationCanceledException cancelled)
        {
            return Outcome.FromException<TResult>(cancelled);
        }

        try
        {
            return await callback(context, state);
        }
        finally
        {
            _semaphore.Release();
        }
    }
}
