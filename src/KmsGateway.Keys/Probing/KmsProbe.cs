using KmsGateway.Keys.Providers;
using KmsGateway.Keys.Resilience;
using KmsGateway.Keys.Retrieval;
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

    // Above the time of an attempt, so that the circuit learns of its end.
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(6);

    private readonly Canary _canary;
    private readonly ResilientKms _kms;
    private readonly WarmUp _warmUp;
    private readonly TimeProvider _time;
    private readonly ILogger<KmsProbe> _logger;
    private readonly ProbeHysteresis _hysteresis = new();

    private volatile ProbeStatus _current;
    private long _lastProbe;

    internal KmsProbe(Canary canary, ResilientKms kms, WarmUp warmUp, TimeProvider time, ILogger<KmsProbe> logger)
    {
        _canary = canary;
        _kms = kms;
        _warmUp = warmUp;
        _time = time;
        _logger = logger;
        _current = new ProbeStatus(ProbeState.Unknown, kms.Name, LatencyMs: null, ErrorCode: null, LastSuccess: null);
    }

    public ProbeStatus Current => _current;

    internal TimeSpan NextDelay => _current is { State: ProbeState.Up, ErrorCode: null } ? Period : PeriodWhileFailing;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Before the first probe there is no "ready": a gateway with an empty cache would make its first callers wait.
        await _warmUp.RunAsync(stoppingToken);
        while (true)
        {
            await ProbeAsync(stoppingToken);
            await Task.Delay(NextDelay, _time, stoppingToken);
        }
    }

    internal async Task ProbeAsync(CancellationToken cancellationToken)
    {
        var start = _time.GetTimestamp();
        var before = _current;
        if (before is { State: ProbeState.Up, ErrorCode: null } && _kms.LastSuccess > _lastProbe)
        {
            // Real traffic has shown it meanwhile.
            _lastProbe = start;
            _current = before with { LastSuccess = _time.GetUtcNow() - _time.GetElapsedTime(_kms.LastSuccess) };
            return;
        }

        var error = await AttemptAsync(cancellationToken);
        _lastProbe = _time.GetTimestamp();
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
            await _canary.ProbeAsync(token.Token).WaitAsync(token.Token);
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
