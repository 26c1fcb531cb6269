using Polly.CircuitBreaker;

namespace KmsGateway.Keys.Resilience;

/// <summary>The state of a circuit that counts attempts, as MicroProfile Fault Tolerance does, and not time.</summary>
/// <remarks>
/// Polly's own breaker has a window of time and closes on one success: 100 failures 4 s apart leave it closed. Keys are retrieved
/// seldom, once an hour each; a window of time would be empty when it matters.
/// https://download.eclipse.org/microprofile/microprofile-fault-tolerance-4.0/microprofile-fault-tolerance-spec-4.0.html#circuitbreaker
/// </remarks>
internal sealed class CountWindowCircuitBreaker(CountWindowCircuitBreakerOptions options, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly CountWindow _window = new(options.Window);

    private CircuitState _state = CircuitState.Closed;
    private int _epoch;
    private long _openedAt;
    private int _trialsUnderWay;
    private int _successes;

    public CircuitState State
    {
        get
        {
            lock (_lock)
            {
                return _state;
            }
        }
    }

    /// <summary>Whether a call would be let through now.</summary>
    public bool LetsThrough
    {
        get
        {
            lock (_lock)
            {
                return _state switch
                {
                    CircuitState.Closed => true,
                    CircuitState.HalfOpen => HasTrialLeft,
                    _ => RemainingBreak == TimeSpan.Zero,
                };
            }
        }
    }

    private bool HasTrialLeft => _trialsUnderWay + _successes < options.Trials;

    private TimeSpan RemainingBreak
    {
        get
        {
            var remaining = options.BreakDuration - time.GetElapsedTime(_openedAt);
            return remaining > TimeSpan.Zero ? remaining : TimeSpan.Zero;
        }
    }

    /// <summary>Asks for permission. Who gets a pass must <see cref="Record"/> its outcome; else see <paramref name="retryAfter"/>.</summary>
    public bool TryEnter(bool isProbe, out CircuitPass pass, out TimeSpan retryAfter)
    {
        lock (_lock)
        {
            if (_state == CircuitState.Open && RemainingBreak == TimeSpan.Zero)
            {
                MoveTo(CircuitState.HalfOpen);
            }

            pass = new CircuitPass(_epoch, Counts: _state != CircuitState.Closed || !isProbe);
            (var entered, retryAfter) = _state switch
            {
                CircuitState.Closed => (true, TimeSpan.Zero),
                CircuitState.HalfOpen => (HasTrialLeft, options.BreakDuration),
                _ => (false, RemainingBreak),
            };
            if (entered && _state == CircuitState.HalfOpen)
            {
                _trialsUnderWay++;
            }

            return entered;
        }
    }

    /// <summary>Takes in an outcome. Returns the state it leads to, null if it stays as it is.</summary>
    public CircuitState? Record(CircuitPass pass, AttemptOutcome outcome)
    {
        lock (_lock)
        {
            if (pass.Epoch != _epoch || !pass.Counts)
            {
                return null;
            }

            return _state == CircuitState.HalfOpen ? RecordTrial(outcome) : RecordAttempt(outcome);
        }
    }

    private CircuitState? RecordAttempt(AttemptOutcome outcome)
    {
        if (outcome == AttemptOutcome.Cancelled)
        {
            return null;
        }

        _window.Add(outcome == AttemptOutcome.Failure);
        return _window.FailureRatio >= options.FailureRatio ? MoveTo(CircuitState.Open) : null;
    }

    private CircuitState? RecordTrial(AttemptOutcome outcome)
    {
        _trialsUnderWay--;
        switch (outcome)
        {
            case AttemptOutcome.Failure:
                return MoveTo(CircuitState.Open);
            case AttemptOutcome.Success when ++_successes == options.Trials:
                return MoveTo(CircuitState.Closed);
            default:
                return null;
        }
    }

    private CircuitState MoveTo(CircuitState state)
    {
        _state = state;
        _epoch++;
        _openedAt = time.GetTimestamp();
        (_trialsUnderWay, _successes) = (0, 0);
        _window.Clear();
        return state;
    }
}
