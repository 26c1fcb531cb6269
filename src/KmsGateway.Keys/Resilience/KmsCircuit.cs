using KmsGateway.Keys.Instruments;
using KmsGateway.Keys.Providers;
using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace KmsGateway.Keys.Resilience;

/// <summary>What stands before one Region of a provider: a limit of calls at a time, the circuit, the time an attempt may take.</summary>
internal sealed class KmsCircuit
{
    /// <summary>How long one attempt may take.</summary>
    public static readonly TimeSpan AttemptTimeout = TimeSpan.FromSeconds(5);

    private readonly CountWindowCircuitBreaker _circuit;
    private readonly ResiliencePipeline _pipeline;
    private readonly KmsCalls _calls;
    private readonly string _provider;

    public KmsCircuit(
        string provider, string region, int concurrency, KmsCalls calls, TimeProvider time, Action<ResiliencePipelineBuilder> configure)
    {
        _calls = calls;
        _provider = provider;
        Name = region.Length == 0 ? $"kms-{provider}" : $"kms-{provider}-{region}";
        Region = region;

        var options = new CountWindowCircuitBreakerOptions { IsFailure = IsFailure };
        _circuit = new CountWindowCircuitBreaker(options, time);
        var builder = new ResiliencePipelineBuilder { Name = Name, TimeProvider = time };
        configure(builder);
        _pipeline = builder
            .AddConcurrencyLimit(concurrency)
            .AddCircuitBreaker(_circuit, options)
            .AddTimeout(AttemptTimeout)
            .Build();
    }

    /// <summary>As metrics and messages name it.</summary>
    public string Name { get; }

    public string Region { get; }

    public CircuitState State => _circuit.State;

    public bool LetsThrough => _circuit.LetsThrough;

    /// <exception cref="KmsException">Whatever kept it from succeeding.</exception>
    /// <exception cref="OperationCanceledException">The token.</exception>
    public async Task<T> CallAsync<T>(KmsCall call, Func<CancellationToken, Task<T>> attempt, CancellationToken cancellationToken)
    {
        var context = ResilienceContextPool.Shared.Get(cancellationToken);
        try
        {
            context.Properties.Set(CountWindowCircuitBreakerStrategy.IsProbe, call.Purpose == KmsPurpose.Probe);
            return await _pipeline.ExecuteAsync(
                async (context, attempt) =>
                    await _calls.MeasureAsync(call, _provider, Region, () => attempt(context.CancellationToken)),
                context,
                attempt);
        }
        catch (BrokenCircuitException exception)
        {
            throw new KmsException(
                KmsFailure.CircuitOpen, $"Circuit {Name} is open: calls of the KMS failed too often. {exception.Message}", exception);
        }
        catch (TimeoutRejectedException exception)
        {
            throw new KmsException(KmsFailure.TimedOut, $"The KMS gave no answer within {AttemptTimeout.TotalSeconds} s.", exception);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    // Anything that is no answer of the KMS, as a defect here would be, must not pass for its health.
    private static bool IsFailure(Exception exception) =>
        exception is not KmsException known || KmsFailures.IsOutage(known.Failure);
}
