using System.Text.Json;
using KmsGateway.Keys.Clocks;
using KmsGateway.Keys.Probing;
using KmsGateway.Proxy.Listeners;
using Microsoft.Extensions.Options;

namespace KmsGateway.Proxy.Management.Health;

/// <summary>
/// Whether the gateway lives, serves and is ready, from what was found out before: nobody who asks waits for the KMS, and nobody's asking
/// costs a call of it.
/// </summary>
internal sealed class GatewayHealth(
    Func<ProbeStatus> lastProbe,
    Func<bool> hasUsableKeys,
    Func<IReadOnlyList<string>> clustersWithoutDestination,
    ClockSkew skew,
    Draining draining,
    IOptions<HealthOptions> options)
{
    private readonly HealthOptions _options = options.Value;

    /// <summary>The process answers. A dead KMS is no reason to restart it.</summary>
    public static IReadOnlyList<HealthCheckResult> Live => [];

    /// <summary>Traffic should come here.</summary>
    public IReadOnlyList<HealthCheckResult> Ready()
    {
        // The KMS may be well: the gateway is about to end, or its signatures would claim a wrong time, and nothing new is to be sent here.
        if (draining.HasStarted)
        {
            return [new("draining", IsUp: false, Counts: true)];
        }

        if (skew.IsTooLarge)
        {
            return [new("clock", IsUp: false, Counts: true)];
        }

        var kms = KmsCheck(counts: true);
        return _options.RequireUpstream ? [kms, UpstreamCheck()] : [kms];
    }

    /// <summary>While the KMS is down cached keys still sign, and what needs no signature passes: up, with what is wrong.</summary>
    public IReadOnlyList<HealthCheckResult> Serving() => [KmsCheck(counts: lastProbe().State == ProbeState.Unknown)];

    private HealthCheckResult KmsCheck(bool counts)
    {
        var status = lastProbe();
        var isUp = status.State == ProbeState.Up;
        var mayBeDown = _options.Mode == HealthOptions.CacheAware && status.State == ProbeState.Down && hasUsableKeys();
        return new("kms", isUp, counts && !mayBeDown, json => WriteKms(json, status, isUp));
    }

    private HealthCheckResult UpstreamCheck()
    {
        var down = clustersWithoutDestination();
        return down.Count == 0
            ? new("upstream", IsUp: true, Counts: true)
            : new("upstream", IsUp: false, Counts: true, json => json.WriteString("error", $"no-healthy-destination: {string.Join(", ", down)}"));
    }

    private void WriteKms(Utf8JsonWriter json, ProbeStatus status, bool isUp)
    {
        json.WriteString("provider", status.Provider);
        if (isUp)
        {
            json.WriteNumber("latency_ms", status.LatencyMs ?? 0);
            json.WriteString("status", "operational");
        }
        else
        {
            json.WriteString("error", status.ErrorCode ?? "not-probed-yet");
            json.WriteString("help_url", _options.HelpUrl);
        }
    }
}
