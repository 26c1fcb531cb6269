using KmsGateway.Keys.Resilience;
using Microsoft.Extensions.Time.Testing;
using Polly.CircuitBreaker;

namespace KmsGateway.Keys.Tests.Resilience;

public sealed class CountWindowCircuitBreakerTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly CountWindowCircuitBreaker _circuit;

    public CountWindowCircuitBreakerTests()
    {
        _circuit = new CountWindowCircuitBreaker(new CountWindowCircuitBreakerOptions(), _time);
    }

    [Theory]
    [InlineData("FFFFFFFFF", CircuitState.Closed)]
    [InlineData("FFFFFFFFFF", CircuitState.Open)]
    [InlineData("SSSSSFFFFF", CircuitState.Open)]
    [InlineData("SSSSSSFFFF", CircuitState.Closed)]
    [InlineData("FFFFSSSSSSF", CircuitState.Closed)]
    [InlineData("SSSSSSSSSSSSSSSFFFF", CircuitState.Closed)]
    [InlineData("SSSSSSSSSSSSSSSFFFFF", CircuitState.Open)]
    public void Record_Outcomes_HalfOfTheLastTenOpensIt(string outcomes, CircuitState expected)
    {
        Record(outcomes);

        Assert.Equal(expected, _circuit.State);
    }

    // What Polly's own breaker, with its window of time, never notices: keys are retrieved seldom.
    [Fact]
    public void Record_FailuresMinutesApart_OpenItAllTheSame()
    {
        for (var i = 0; i < 10; i++)
        {
            Record("F");
            _time.Advance(TimeSpan.FromMinutes(6));
        }

        Assert.Equal(CircuitState.Open, _circuit.State);
    }

    [Fact]
    public void TryEnter_Open_LetsNothingThroughForFiveSeconds()
    {
        Record("FFFFFFFFFF");

        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.False(_circuit.TryEnter(isProbe: false, out _, out var retryAfter));
        Assert.Equal(TimeSpan.FromSeconds(3), retryAfter);
        Assert.False(_circuit.LetsThrough);
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.True(_circuit.LetsThrough);
        Assert.True(_circuit.TryEnter(isProbe: false, out _, out _));
        Assert.Equal(CircuitState.HalfOpen, _circuit.State);
    }

    // One success says little after an outage.
    [Fact]
    public void Record_HalfOpen_ThreeSuccessesCloseItAndNotOne()
    {
        HalfOpen();

        Record("SS");
        Assert.Equal(CircuitState.HalfOpen, _circuit.State);
        Record("S");
        Assert.Equal(CircuitState.Closed, _circuit.State);

        // And the window begins anew.
        Record("FFFFFFFFF");
        Assert.Equal(CircuitState.Closed, _circuit.State);
    }

    [Theory]
    [InlineData("F")]
    [InlineData("SF")]
    [InlineData("SSF")]
    public void Record_HalfOpenAndOneFailure_OpensItAgain(string outcomes)
    {
        HalfOpen();

        Record(outcomes);

        Assert.Equal(CircuitState.Open, _circuit.State);
        Assert.False(_circuit.TryEnter(isProbe: false, out _, out var retryAfter));
        Assert.Equal(TimeSpan.FromSeconds(5), retryAfter);
    }

    [Fact]
    public void TryEnter_HalfOpen_LetsThreeThroughAndNoMore()
    {
        HalfOpen();

        Assert.True(_circuit.TryEnter(isProbe: false, out var first, out _));
        Assert.True(_circuit.TryEnter(isProbe: false, out _, out _));
        Assert.True(_circuit.TryEnter(isProbe: false, out _, out _));
        Assert.False(_circuit.TryEnter(isProbe: false, out _, out _));
        Assert.False(_circuit.LetsThrough);

        // One that succeeded is not replaced by a fourth: its success counts.
        _circuit.Record(first, AttemptOutcome.Success);
        Assert.False(_circuit.TryEnter(isProbe: false, out _, out _));
    }

    [Fact]
    public void Record_CancelledTrial_GivesItsPermitBack()
    {
        HalfOpen();
        _circuit.TryEnter(isProbe: false, out var cancelled, out _);
        _circuit.TryEnter(isProbe: false, out _, out _);
        _circuit.TryEnter(isProbe: false, out _, out _);

        Assert.Null(_circuit.Record(cancelled, AttemptOutcome.Cancelled));

        Assert.Equal(CircuitState.HalfOpen, _circuit.State);
        Assert.True(_circuit.TryEnter(isProbe: false, out _, out _));
    }

    [Fact]
    public void Record_CancelledWhileClosed_SaysNothing()
    {
        Record("FFFFFFFFFCCCCCCCCC");

        Assert.Equal(CircuitState.Closed, _circuit.State);
        Record("F");
        Assert.Equal(CircuitState.Open, _circuit.State);
    }

    [Theory]
    [InlineData(nameof(AttemptOutcome.Success))]
    [InlineData(nameof(AttemptOutcome.Failure))]
    [InlineData(nameof(AttemptOutcome.Cancelled))]
    public void Record_LateResultOfAnEarlierState_DoesNotCount(string outcome)
    {
        _circuit.TryEnter(isProbe: false, out var late, out _);
        HalfOpen();
        Record("SS");

        Assert.Null(_circuit.Record(late, Enum.Parse<AttemptOutcome>(outcome)));

        Assert.Equal(CircuitState.HalfOpen, _circuit.State);
        Record("S");
        Assert.Equal(CircuitState.Closed, _circuit.State);
    }

    [Fact]
    public void Record_LateTrialOfAnEarlierHalfOpenState_DoesNotCount()
    {
        HalfOpen();
        _circuit.TryEnter(isProbe: false, out var late, out _);
        Record("F");
        _time.Advance(TimeSpan.FromSeconds(5));
        Record("SS");

        Assert.Null(_circuit.Record(late, AttemptOutcome.Success));
        Assert.Equal(CircuitState.HalfOpen, _circuit.State);
    }

    // A probe each 30 s would dilute a window of ten retrievals an hour.
    [Fact]
    public void Record_ProbesOfAClosedCircuit_DoNotCount()
    {
        Record("FFFFFFFFF");
        for (var i = 0; i < 20; i++)
        {
            Probe(AttemptOutcome.Success);
        }

        Record("F");
        Assert.Equal(CircuitState.Open, _circuit.State);
    }

    [Fact]
    public void Record_ProbesOfAHalfOpenCircuit_AreItsTrials()
    {
        HalfOpen();

        Probe(AttemptOutcome.Success);
        Probe(AttemptOutcome.Success);
        Probe(AttemptOutcome.Success);

        Assert.Equal(CircuitState.Closed, _circuit.State);
    }

    [Fact]
    public async Task Record_ManyThreads_CountsEachOnce()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(thread => Task.Run(
            () =>
            {
                for (var i = 0; i < 10_000; i++)
                {
                    Record(thread == 0 ? "SSF" : "SSS");
                }
            },
            TestContext.Current.CancellationToken)));

        Assert.Equal(CircuitState.Closed, _circuit.State);
        Record("SSSSSSSSSSFFFFF");
        Assert.Equal(CircuitState.Open, _circuit.State);
    }

    private void HalfOpen()
    {
        Record("FFFFFFFFFF");
        _time.Advance(TimeSpan.FromSeconds(5));
        _circuit.TryEnter(isProbe: false, out var pass, out _);
        _circuit.Record(pass, AttemptOutcome.Cancelled);
        Assert.Equal(CircuitState.HalfOpen, _circuit.State);
    }

    private void Record(string outcomes)
    {
        foreach (var outcome in outcomes)
        {
            Assert.True(_circuit.TryEnter(isProbe: false, out var pass, out _));
            _circuit.Record(pass, outcome switch
            {
                'S' => AttemptOutcome.Success,
                'F' => AttemptOutcome.Failure,
                _ => AttemptOutcome.Cancelled,
            });
        }
    }

    private void Probe(AttemptOutcome outcome)
    {
        Assert.True(_circuit.TryEnter(isProbe: true, out var pass, out _));
        _circuit.Record(pass, outcome);
    }
}
