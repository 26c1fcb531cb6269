using System.Runtime.CompilerServices;
using Xunit;

namespace KmsGateway.Testing;

/// <summary>Asks those who do not tell by themselves, until they say what is waited for. Where there is a <see cref="Signal"/>, wait for that.</summary>
public static class Poll
{
    // Asking without a pause would take the processor from those who are asked about.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Fails the test when it does not become true within the limit, with what was waited for.</summary>
    /// <param name="otherwise">What else to say then, such as the output of who was asked.</param>
    /// <param name="limit">If not <see cref="Patience.Limit"/>: a shorter one only where slowness is the defect that is looked for.</param>
    /// <param name="pause">Between two questions: a longer one where each has its price, or what is waited for takes its time.</param>
    /// <param name="waitedFor">Its text: the compiler fills it in.</param>
    public static Task UntilAsync(
        Func<bool> condition,
        Func<string>? otherwise = null,
        TimeSpan? limit = null,
        TimeSpan? pause = null,
        [CallerArgumentExpression(nameof(condition))] string waitedFor = "") =>
        UntilAsync(() => Task.FromResult(condition()), otherwise, limit, pause, waitedFor);

    /// <inheritdoc cref="UntilAsync(Func{bool}, Func{string}, TimeSpan?, TimeSpan?, string)"/>
    public static async Task UntilAsync(
        Func<Task<bool>> condition,
        Func<string>? otherwise = null,
        TimeSpan? limit = null,
        TimeSpan? pause = null,
        [CallerArgumentExpression(nameof(condition))] string waitedFor = "")
    {
        var patience = limit ?? Patience.Limit;
        var start = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(start) > patience)
            {
                Assert.Fail($"Not within {patience}: {waitedFor}\n{otherwise?.Invoke()}");
            }

            await Task.Delay(pause ?? Pause, TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }
}
