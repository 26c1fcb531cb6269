using KmsGateway.Keys.Providers;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace KmsGateway.Keys.Probing;

/// <summary>
/// Unwraps the canary again and again: the very permission, key and context that signing needs. Readiness reads
/// <see cref="Current"/>, which never calls the KMS.
/// </summary>
public sealed class KmsProbe : BackgroundService
{
    internal static readonly TimeSpan Period = TimeSpan.FromSeconds(30);
    internal static readonly TimeSpan PeriodWhileFailing = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    private readonly Canary _canary;
    private readonly TimeProvider _time;
    private readonly ILogger<KmsProbe> _logger;
    private readonly ProbeHysteresis _hysteresis = new();

    private volatile ProbeStatus _current;

    internal KmsProbe(Canary canary, IKmsProvider provider, TimeProvider time, ILogger<KmsProbe> logger)
    {
        _canary = canary;
        _time = time;
        _logger = logger;
        _current = new ProbeStatus(ProbeState.Unknown, provider.Name, LatencyMs: null, ErrorCode: null, LastSuccess: null);
    }

    public ProbeStatus Current => _current;

    internal TimeSpan NextDelay => _current is { State: ProbeState.Up, ErrorCode: null } ? Period : PeriodWhileFailing;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            await ProbeAsync(stoppingToken);
            await Task.Delay(NextDelay, _time, stoppingToken);
        }
    }

    internal async Task ProbeAsync(CancellationToken cancellationToken)
    {
        var start = _time.GetTimestamp();
        var error = await AttemptAsync(cancellationToken);
        var before = _current;
        if (error is null)
        {
            _hysteresis.Success();
            var latency = (long)Math.Round(_time.GetElapsedTime(start).TotalMilliseconds);
            _current = new ProbeStatus(_hysteresis.State, before.Provider, latency, ErrorCode: null, _time.GetUtcNow());
        }
        else
        {
            _hysteresis.Failure();
            _current = before with { State = _hysteresis.State, ErrorCode = error };
        }

        if (_current.State != before.State)
        {
            if (_current.State == ProbeState.Up)
            {
                KeysLog.ProbeIsUp(_logger, before.Provider, before.State);
            }
            else
            {
                KeysLog.ProbeIsDown(_logger, before.Provider, before.State, error);
            }
        }
    }

    private async Task<string?> AttemptAsync(CancellationToken cancellationToken)
    {
        // The wait ends even if the provider does not heed its token.
        using var timeout = new CancellationTokenSource(Timeout, _time);
        using var token = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            await _canary.UnwrapAsync(token.Token).WaitAsync(token.Token);
            return null;
        }
        catch (KmsException exception)
        {
            KeysLog.ProbeFailed(_logger, exception);
            return KmsException.Code(exception.Failure);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            KeysLog.ProbeFailed(_logger, exception);
            return "timeout";
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // A probe that dies would leave its last result standing for ever.
            KeysLog.ProbeFailed(_logger, exception);
            return "internal";
        }
    }
}
