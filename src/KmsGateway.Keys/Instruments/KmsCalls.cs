using System.Diagnostics;
using System.Diagnostics.Metrics;
using KmsGateway.Keys.Providers;

namespace KmsGateway.Keys.Instruments;

/// <summary>Counts, times and traces every call that reaches a KMS, those of retries too.</summary>
internal sealed class KmsCalls
{
    public const string Success = "success";

    private readonly Counter<long> _calls;
    private readonly Histogram<double> _seconds;
    private readonly TimeProvider _time;

    public KmsCalls(KeysMeter meter, TimeProvider time)
    {
        _time = time;
        _calls = meter.Meter.CreateCounter<long>("kms.api_calls", "{call}", "Calls that reached the KMS, with those of retries.");
        _seconds = meter.CreateSeconds("kms.api_call_duration", "How long calls of the KMS took.");
        foreach (var call in KmsCall.All)
        {
            Count(call, Success, 0);
        }
    }

    /// <summary>One attempt.</summary>
    public async Task<T> MeasureAsync<T>(KmsCall call, string provider, string region, Func<Task<T>> attempt)
    {
        using var activity = KeysTracing.Source.StartActivity($"kms.{call.Operation}", ActivityKind.Client);
        activity?.SetTag("kms.provider", provider).SetTag("kms.purpose", call.Purpose);
        if (region.Length > 0)
        {
            activity?.SetTag("cloud.region", region);
        }

        var start = _time.GetTimestamp();
        var outcome = Success;
        try
        {
            return await attempt();
        }
        catch (Exception exception)
        {
            outcome = exception switch
            {
                KmsException known => KmsException.Code(known.Failure),
                OperationCanceledException => KmsException.Code(KmsFailure.TimedOut),
                _ => "internal",
            };
            activity.Fail(outcome, $"The KMS did not do it: {outcome}.");
            throw;
        }
        finally
        {
            Count(call, outcome, 1);
            _seconds.Record(_time.GetElapsedTime(start).TotalSeconds, Tag("operation", call.Operation));
        }
    }

    private void Count(KmsCall call, string outcome, int calls) =>
        _calls.Add(calls, Tag("operation", call.Operation), Tag("outcome", outcome), Tag("purpose", call.Purpose));

    private static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);
}
