using Polly;
using Polly.CircuitBreaker;
using Polly.Telemetry;

namespace KmsGateway.Keys.Resilience;

/// <summary>A circuit as a strategy of Polly.</summary>
internal sealed class CountWindowCircuitBreakerStrategy(
    CountWindowCircuitBreaker circuit, Predicate<Exception> isFailure, ResilienceStrategyTelemetry telemetry) : ResilienceStrategy
{
    /// <summary>Set in the context of a call that only looks whether the other side works.</summary>
    public static readonly ResiliencePropertyKey<bool> IsProbe = new("kmsgateway.probe");

    protected override async ValueTask<Outcome<TResult>> ExecuteCore<TResult, TState>(
        Func<ResilienceContext, TState, ValueTask<Outcome<TResult>>> callback, ResilienceContext context, TState state)
    {
        if (!circuit.TryEnter(context.Properties.GetValue(IsProbe, defaultValue: false), out var pass, out var retryAfter))
        {
            var broken = new BrokenCircuitException($"The circuit is open; the next attempt is let through in {retryAfter:c}.", retryAfter);
            return Outcome.FromException<TResult>(broken);
        }

        var judged = AttemptOutcome.Cancelled;
        try
        {
            var outcome = await callback(context, state);
            judged = Judge(outcome.Exception, context);
            return outcome;
        }
        finally
        {
            // Also when the callback throws, against Polly's rules: a trial that is not given back would be missing for ever.
            if (circuit.Record(pass, judged) is { } changed)
            {
                var severity = changed == CircuitState.Open ? ResilienceEventSeverity.Error : ResilienceEventSeverity.Warning;
                telemetry.Report(new ResilienceEvent(severity, $"OnCircuit{changed}"), context, changed);
            }
        }
    }

    private AttemptOutcome Judge(Exception? exception, ResilienceContext context) => exception switch
    {
        null => AttemptOutcome.Success,
        OperationCanceledException when context.CancellationToken.IsCancellationRequested => AttemptOutcome.Cancelled,
        _ => isFailure(exception) ? AttemptOutcome.Failure : AttemptOutcome.Success,
    };
}
