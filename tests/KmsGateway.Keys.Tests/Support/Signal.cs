namespace KmsGateway.Keys.Tests.Support;

/// <summary>Wakes those who wait for something to become true.</summary>
internal sealed class Signal
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

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

            await next.WaitAsync(Patience, TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
