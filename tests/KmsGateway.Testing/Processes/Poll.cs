using Xunit;

namespace KmsGateway.Testing.Processes;

/// <summary>Asks those who do not tell by themselves, until they say what is waited for.</summary>
public static class Poll
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Fails the test with <paramref name="otherwise"/> when it does not become true within the limit.</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition, Func<string> otherwise, TimeSpan? limit = null)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(start) > (limit ?? Patience.Limit))
            {
                Assert.Fail($"Not within {limit ?? Patience.Limit}. {otherwise()}");
            }

            await Task.Delay(Pause, TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }
}
