using System.Runtime.CompilerServices;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.Model;

namespace KmsGateway.Proxy.Forwarding;

/// <summary>Takes a destination out after three requests in a row that it did not answer at all.</summary>
/// <remarks>
/// YARP's own policy also counts an upstream that refuses a large message while it is being sent: twenty of those, and a healthy upstream
/// is out.
/// </remarks>
internal sealed class NoResponsePolicy(IDestinationHealthUpdater updater) : IPassiveHealthCheckPolicy
{
    public const string PolicyName = "NoResponse";

    private const int FailuresInARow = 3;

    private readonly ConditionalWeakTable<DestinationState, StrongBox<int>> _failures = [];

    public string Name => PolicyName;

    public void RequestProxied(HttpContext context, ClusterState cluster, DestinationState destination)
    {
        var failures = _failures.GetOrCreateValue(destination);
        var error = context.GetForwarderErrorFeature()?.Error;
        if (error is not (ForwarderError.Request or ForwarderError.RequestTimedOut))
        {
            Volatile.Write(ref failures.Value, 0);
        }
        else if (Interlocked.Increment(ref failures.Value) >= FailuresInARow)
        {
            Volatile.Write(ref failures.Value, 0);
            var period = cluster.Model.Config.HealthCheck?.Passive?.ReactivationPeriod ?? TimeSpan.FromSeconds(10);
            updater.SetPassive(cluster, destination, DestinationHealth.Unhealthy, period);
        }
    }
}
