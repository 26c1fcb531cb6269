using KmsGateway.Proxy.Rejections;
using KmsGateway.Proxy.Telemetry;

namespace KmsGateway.Proxy.Bodies;

/// <summary>
/// Bounds what all requests together hold. Who does not fit is refused at once: a request that waited would hold its bytes meanwhile, and
/// the window of its connection.
/// </summary>
internal sealed class Admission(long maxBytes, int maxRequests)
{
    private long _bytes;
    private int _requests;

    public long Bytes => Volatile.Read(ref _bytes);

    public int Requests => Volatile.Read(ref _requests);

    public static Admission Create(LimitsOptions limits, GatewayMetrics metrics)
    {
        var bytes = limits.MaxBufferedBytes > 0
            ? limits.MaxBufferedBytes
            : Math.Max(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 5 * 2, limits.LargestRequestBytes);
        var requests = limits.MaxConcurrentRequests > 0 ? limits.MaxConcurrentRequests : 64 * Environment.ProcessorCount;
        var admission = new Admission(bytes, requests);
        metrics.ObserveBodies(() => admission.Bytes, bytes, () => admission.Requests);
        return admission;
    }

    public AdmissionLease Enter() => new(this);

    internal void StartWork()
    {
        if (Interlocked.Increment(ref _requests) > maxRequests)
        {
            Interlocked.Decrement(ref _requests);
            throw Busy("works on as many requests as it may (Limits:MaxConcurrentRequests)");
        }
    }

    internal void Take(long bytes)
    {
        if (Interlocked.Add(ref _bytes, bytes) > maxBytes)
        {
            Interlocked.Add(ref _bytes, -bytes);
            throw Busy("holds as many bytes as it may (Limits:MaxBufferedBytes)");
        }
    }

    internal void GiveBack(long bytes) => Interlocked.Add(ref _bytes, -bytes);

    internal void EndWork() => Interlocked.Decrement(ref _requests);

    private static RejectionException Busy(string what) => new(RejectionReason.Busy, $"the gateway {what}; send the request again");
}
