using Polly;

namespace KmsGateway.Keys.Resilience;

internal static class ResiliencePipelineBuilderExtensions
{
    private sealed class NoOptions : ResilienceStrategyOptions;

    /// <summary>Adds a circuit, which may be asked for its state elsewhere.</summary>
    public static ResiliencePipelineBuilder AddCircuitBreaker(
        this ResiliencePipelineBuilder builder, CountWindowCircuitBreaker circuit, CountWindowCircuitBreakerOptions options) =>
        builder.AddStrategy(
            context => new CountWindowCircuitBreakerStrategy(circuit, options.IsFailure, context.Telemetry), options);

    /// <summary>Lets at most so many calls through at a time.</summary>
    public static ResiliencePipelineBuilder AddConcurrencyLimit(this ResiliencePipelineBuilder builder, int calls) =>
        builder.AddStrategy(_ => new ConcurrencyLimitStrategy(calls), new NoOptions { Name = "ConcurrencyLimit" });
}
