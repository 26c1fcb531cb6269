namespace KmsGateway.Proxy.Tests.Support;

/// <summary>For what a server does after its client has gone: nobody tells when.</summary>
internal static class Eventually
{
    public static async Task TrueAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(TestTime.Limit);
        while (!condition())
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    public static async Task TrueAsync(Func<Task<bool>> condition)
    {
        using var limit = new CancellationTokenSource(TestTime.Limit);
        while (!await condition())
        {
            limit.Token.ThrowIfCancellationRequested();
        }
    }
}
