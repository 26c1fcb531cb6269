using KmsGateway.Keys.Instruments;
using KmsGateway.Keys.Options;
using KmsGateway.Keys.Providers;
using KmsGateway.Keys.Resilience;
using KmsGateway.Keys.Tests.Support;
using KmsGateway.Testing;
using Microsoft.Extensions.Logging;
using Polly.CircuitBreaker;

namespace KmsGateway.Keys.Tests.Resilience;

public sealed class ResilientKmsTests : IDisposable
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);
    private static readonly EncryptionContext Context = EncryptionContext.ForCanary("store", Guid.NewGuid());

    private readonly PatientTime _time = Gateway.NewTime();
    private readonly LogCapture _log = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _log.Dispose();

    // One row of the error table each: how often the KMS is asked, and whether its circuit counts that against it.
    [Theory]
    [InlineData(nameof(KmsFailure.Unavailable), 4, true)]
    [InlineData(nameof(KmsFailure.TimedOut), 4, true)]
    [InlineData(nameof(KmsFailure.Throttled), 4, true)]
    [InlineData(nameof(KmsFailure.LimitExceeded), 2, true)]
    [InlineData(nameof(KmsFailure.Denied), 1, false)]
    [InlineData(nameof(KmsFailure.Disabled), 1, false)]
    [InlineData(nameof(KmsFailure.NotFound), 1, false)]
    [InlineData(nameof(KmsFailure.InvalidCiphertext), 1, false)]
    [InlineData(nameof(KmsFailure.Misconfigured), 1, false)]
    public async Task UnwrapAsync_Fails_IsRetriedAndCountedAsTheTableSays(string failure, int calls, bool opens)
    {
        var (kms, provider) = New("a");
        provider.Behaviour["a"] = ScriptedKms.Fails(Enum.Parse<KmsFailure>(failure));

        var exception = await Assert.ThrowsAsync<KmsException>(() => PassTimeAsync(UnwrapAsync(kms, "a")));

        Assert.Equal(Enum.Parse<KmsFailure>(failure), exception.Failure);
        Assert.Equal(calls, provider.Calls.Count);
        for (var i = 0; i < 10; i++)
        {
            await Assert.ThrowsAsync<KmsException>(() => PassTimeAsync(UnwrapAsync(kms, "a")));
        }

        Assert.Equal(opens ? CircuitState.Open : CircuitState.Closed, kms.Circuits[0].State);
    }

    [Fact]
    public async Task UnwrapAsync_FailsOnce_SucceedsWithinTheSameCall()
    {
        var (kms, provider) = New("a");
        provider.Behaviour["a"] = _ => provider.Calls.Count == 1
            ? Task.FromException(new KmsException(KmsFailure.Unavailable, "once"))
            : Task.CompletedTask;

        using var secret = await PassTimeAsync(UnwrapAsync(kms, "a"));

        Assert.Equal(2, provider.Calls.Count);
        Assert.True(kms.LastSuccess > 0);
    }

    [Fact]
    public async Task UnwrapAsync_Hangs_EachAttemptEndsAfterFiveSecondsAndAllAfterEight()
    {
        var (kms, provider) = New("a");
        provider.Behaviour["a"] = ScriptedKms.Hangs();
        var start = _time.GetTimestamp();
        var unwrapping = UnwrapAsync(kms, "a");
        await provider.CallsReachAsync(1);

        _time.Advance(KmsCircuit.AttemptTimeout - Moment);
        Assert.Single(provider.Calls);
        _time.Advance(Moment);
        await _time.PassAsync(provider.CallsReachAsync(2));

        // No faster than the real time, so that an end that is too early is seen.
        await _time.PassAsync(Task.Delay(TimeSpan.FromSeconds(7.5) - _time.GetElapsedTime(start), _time, Token));
        Assert.False(unwrapping.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(8) - _time.GetElapsedTime(start));

        var exception = await Assert.ThrowsAsync<KmsException>(() => unwrapping.WaitAsync(Patience.Limit, TimeProvider.System, Token));
        Assert.Equal(KmsFailure.TimedOut, exception.Failure);
        Assert.Equal(2, provider.Calls.Count);
    }

    [Fact]
    public async Task UnwrapAsync_CircuitOpen_IsToldAtOnceAndAsksNobody()
    {
        var (kms, provider) = New("a");
        await OpenAsync(kms, provider, "a");
        var calls = provider.Calls.Count;

        var exception = await Assert.ThrowsAsync<KmsException>(() => UnwrapAsync(kms, "a"));

        Assert.Equal(KmsFailure.CircuitOpen, exception.Failure);
        Assert.Contains("kms-scripted-a", exception.Message, StringComparison.Ordinal);
        Assert.Equal(calls, provider.Calls.Count);
        Assert.Contains("OnCircuitOpen", _log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UnwrapAsync_AfterAnOutage_ThreeSuccessesCloseTheCircuit()
    {
        var (kms, provider) = New("a");
        await OpenAsync(kms, provider, "a");
        provider.Behaviour.Clear();
        _time.Advance(TimeSpan.FromSeconds(5));

        for (var i = 0; i < 3; i++)
        {
            Assert.NotEqual(CircuitState.Closed, kms.Circuits[0].State);
            (await UnwrapAsync(kms, "a")).Dispose();
        }

        Assert.Equal(CircuitState.Closed, kms.Circuits[0].State);
    }

    // Callers who give up say nothing of the KMS.
    [Fact]
    public async Task UnwrapAsync_CancelledTwentyTimes_LeavesTheCircuitClosed()
    {
        var (kms, provider) = New("a");
        provider.Behaviour["a"] = ScriptedKms.Hangs();
        for (var i = 1; i <= 20; i++)
        {
            using var caller = new CancellationTokenSource();
            var unwrapping = kms.UnwrapAsync([Wrap("a")], Context, KmsPurpose.Retrieve, caller.Token);
            await provider.CallsReachAsync(i);
            await caller.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => unwrapping);
        }

        Assert.Equal(CircuitState.Closed, kms.Circuits[0].State);
    }

    // Those who wait for their turn, and give up, say nothing of it either.
    [Fact]
    public async Task UnwrapAsync_MoreThanAtATime_WaitAndMayGiveUp()
    {
        var (kms, provider) = New(["a"], maxConcurrentCalls: 2);
        var gate = new TaskCompletionSource();
        provider.Behaviour["a"] = token => gate.Task.WaitAsync(token);
        var two = new[] { UnwrapAsync(kms, "a"), UnwrapAsync(kms, "a") };
        await provider.CallsReachAsync(2);
        using var caller = new CancellationTokenSource();
        var impatient = Enumerable.Range(0, 20).Select(_ => kms.UnwrapAsync([Wrap("a")], Context, KmsPurpose.Retrieve, caller.Token)).ToList();
        var patient = UnwrapAsync(kms, "a");

        await caller.CancelAsync();
        foreach (var one in impatient)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => one);
        }

        Assert.Equal(2, provider.Calls.Count);
        gate.SetResult();
        foreach (var secret in await Task.WhenAll([.. two, patient]))
        {
            secret.Dispose();
        }

        Assert.Equal(3, provider.Calls.Count);
        Assert.Equal(CircuitState.Closed, kms.Circuits[0].State);
    }

    [Theory]
    [InlineData(nameof(KmsFailure.Unavailable), "ab")]
    [InlineData(nameof(KmsFailure.Throttled), "ab")]
    [InlineData(nameof(KmsFailure.Denied), "a")]
    [InlineData(nameof(KmsFailure.InvalidCiphertext), "a")]
    [InlineData(nameof(KmsFailure.Disabled), "a")]
    public async Task UnwrapAsync_FirstRegionFails_OutagesAloneLeadToTheNext(string failure, string calls)
    {
        var (kms, provider) = New("a", "b");
        provider.Behaviour["a"] = ScriptedKms.Fails(Enum.Parse<KmsFailure>(failure));

        await PassTimeAsync(Task.WhenAny(UnwrapAsync(kms, "a", "b")));

        Assert.Equal(calls, string.Concat(provider.Calls));
    }

    [Fact]
    public async Task UnwrapAsync_FirstRegionsCircuitOpen_GoesToTheSecondAtOnceAndComesBack()
    {
        var (kms, provider) = New("a", "b");
        await OpenAsync(kms, provider, "a");
        provider.Calls.Clear();

        (await UnwrapAsync(kms, "a", "b")).Dispose();
        Assert.Equal("b", string.Concat(provider.Calls));

        provider.Behaviour.Clear();
        _time.Advance(TimeSpan.FromSeconds(5));
        (await UnwrapAsync(kms, "a", "b")).Dispose();
        Assert.Equal("ba", string.Concat(provider.Calls));
    }

    [Fact]
    public async Task UnwrapAsync_NoWrapForAnyRegion_SaysWhichThereAreAndAsksNobody()
    {
        var (kms, provider) = New("a", "b");

        var exception = await Assert.ThrowsAsync<KmsException>(() => UnwrapAsync(kms, "c"));

        Assert.Equal(KmsFailure.NotFound, exception.Failure);
        Assert.Contains("'scripted' in c", exception.Message, StringComparison.Ordinal);
        Assert.Empty(provider.Calls);
    }

    [Fact]
    public async Task ProbeAsync_HalfOpen_IsATrialAndNeedsNoRealTraffic()
    {
        var (kms, provider) = New("a");
        await OpenAsync(kms, provider, "a");
        Assert.Equal(KmsFailure.CircuitOpen, (await Assert.ThrowsAsync<KmsException>(() => ProbeAsync(kms))).Failure);
        provider.Behaviour.Clear();
        _time.Advance(TimeSpan.FromSeconds(5));

        for (var i = 0; i < 3; i++)
        {
            (await ProbeAsync(kms)).Dispose();
        }

        Assert.Equal(CircuitState.Closed, kms.Circuits[0].State);
    }

    private static KeyWrap Wrap(string region) =>
        new() { Provider = "scripted", Region = region, KeyReference = "", ContextVersion = 1, Blob = [] };

    private static Task<UnwrappedSecret> UnwrapAsync(ResilientKms kms, params string[] regions) =>
        kms.UnwrapAsync([.. regions.Select(Wrap)], Context, KmsPurpose.Retrieve, Token);

    private static Task<UnwrappedSecret> ProbeAsync(ResilientKms kms) => kms.ProbeAsync([Wrap("a")], Context, Token);

    private async Task OpenAsync(ResilientKms kms, ScriptedKms provider, string region)
    {
        provider.Behaviour[region] = ScriptedKms.Fails(KmsFailure.Unavailable);
        for (var i = 0; i < 3; i++)
        {
            await Assert.ThrowsAsync<KmsException>(() => PassTimeAsync(UnwrapAsync(kms, region)));
        }

        Assert.Equal(CircuitState.Open, kms.Circuits.Single(circuit => circuit.Region == region).State);
    }

    private (ResilientKms Kms, ScriptedKms Provider) New(params string[] regions) => New(regions, maxConcurrentCalls: 64);

    private (ResilientKms Kms, ScriptedKms Provider) New(string[] regions, int maxConcurrentCalls)
    {
        var provider = new ScriptedKms(regions);
        var options = Microsoft.Extensions.Options.Options.Create(new KmsOptions { MaxConcurrentCalls = maxConcurrentCalls });
        return (new ResilientKms(provider, options, Meters.NewKmsCalls(_time), _time, LoggerFactory.Create(builder => builder.AddProvider(_log))), provider);
    }

    private async Task<T> PassTimeAsync<T>(Task<T> task)
    {
        await _time.PassAsync(task);
        return await task;
    }
}
