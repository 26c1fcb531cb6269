using Xunit;

namespace KmsGateway.Testing;

/// <summary>Wakes those who wait for something to become true.</summary>
public sealed class Signal
{
    private volatile TaskCompletionSource _next = New();

    public void Raise() => Interlocked.Exchange(ref _next, New()).SetResult();

    public async Task WaitUntilAsync(Func<bool> condition)
    {
        while (true)
        {
            // Taken before the look, so that what changes after it is not missed.
            var next = _next.Task;
            if (condition())
            {
                return;
            }

            await next.WaitAsync(Patience.Limit, TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
