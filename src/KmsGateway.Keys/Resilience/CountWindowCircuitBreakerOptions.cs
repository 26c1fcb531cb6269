using System.ComponentModel.DataAnnotations;
using Polly;

namespace KmsGateway.Keys.Resilience;

/// <summary>When a circuit opens and closes.</summary>
internal sealed class CountWindowCircuitBreakerOptions : ResilienceStrategyOptions
{
    public CountWindowCircuitBreakerOptions()
    {
        Name = "CircuitBreaker";
    }

    /// <summary>How many of the last attempts count.</summary>
    /// <value>Default 10. From 1 to 1,000.</value>
    [Range(1, 1_000)]
    public int Window { get; set; } = 10;

    /// <summary>The share of failures in a full window that opens the circuit.</summary>
    /// <value>Default 0.5. From 0.01 to 1.</value>
    [Range(0.01, 1)]
    public double FailureRatio { get; set; } = 0.5;

    /// <summary>How long nothing is let through once it is open.</summary>
    /// <value>Default 5 s. From 100 ms to 10 min.</value>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:10:00")]
    public TimeSpan BreakDuration { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How many trials a half-open circuit lets through; it closes when all of them succeed.</summary>
    /// <value>Default 3. From 1 to 100.</value>
    [Range(1, 100)]
    public int Trials { get; set; } = 3;

    /// <summary>Which exceptions are failures of what is called. A timely refusal is an answer, and none.</summary>
    /// <value>Default: all but <see cref="OperationCanceledException"/>.</value>
    [Required]
    public Predicate<Exception> IsFailure { get; set; } = static exception => exception is not OperationCanceledException;
}
