namespace KmsGateway.Proxy.Tests.Support;

/// <summary>For what a server does after its client has gone: nobody tells when.</summary>
internal static class Eventually
{
    public static async Task TrueAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(TestTime.Limit);
        while (!condition())
        {
            await PauseAsync(limit.Token);
        }
    }

    public static async Task TrueAsync(Func<Task<bool>> condition)
    {
        using var limit = new CancellationTokenSource(TestTime.Limit);
        while (!await condition())
        {
            await PauseAsync(limit.Token);
        }
    }

    // Asking without a pause took the processor from the server that was asked about.
    private static Task PauseAsync(CancellationToken cancellationToken) =>
        Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, cancellationToken);
}
