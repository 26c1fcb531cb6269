using System.Collections.Concurrent;
using KmsGateway.Proxy.Rejections;

namespace KmsGateway.Proxy.Telemetry;

/// <summary>
/// Counts each refused request and says why in one line; in a flood of them the first few of each reason have their line, and the rest
/// one together.
/// </summary>
internal sealed partial class RejectionReport(GatewayMetrics metrics, TimeProvider time, ILogger<RejectionReport> logger) : BackgroundService
{
    internal const int LinesPerWindow = 10;

    internal static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<RejectionReason, int> _requests = new();
    private readonly ConcurrentDictionary<RejectionReason, int> _spans = new();

    public void Tell(HttpContext context, RejectedRequest rejected)
    {
        var (reason, message, detail, spans) = rejected;
        metrics.Refused(reason);
        metrics.Rejected(spans, reason);
        if (_requests.AddOrUpdate(reason, 1, static (_, count) => count + 1) <= LinesPerWindow)
        {
            LogRefused(RejectionTable.Row(reason).Label, message, detail, spans, context.Connection.RemoteIpAddress?.ToString() ?? "unknown");
        }
        else
        {
            _spans.AddOrUpdate(reason, static (_, spans) => spans, static (_, sum, spans) => sum + spans, spans);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Window, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            Summarise();
        }
    }

    private void Summarise()
    {
        foreach (var reason in _requests.Keys)
        {
            if (_requests.TryRemove(reason, out var requests) && requests > LinesPerWindow)
            {
                _spans.TryRemove(reason, out var spans);
                LogFlood(requests - LinesPerWindow, RejectionTable.Row(reason).Label, spans, Window.TotalSeconds);
            }
        }
    }

    // The message is what the sender was told, and holds no secret.
    [LoggerMessage(4041, LogLevel.Warning,
        "A request from {Client} was refused ({Reason}), with {ComplianceSpans} compliance spans, which the sender keeps: {Message} {Detail}")]
    private partial void LogRefused(string reason, string message, string? detail, int complianceSpans, string client);

    [LoggerMessage(4045, LogLevel.Warning,
        "{Requests} more requests were refused ({Reason}) within {Seconds} s, with {ComplianceSpans} compliance spans.")]
    private partial void LogFlood(int requests, string reason, int complianceSpans, double seconds);
}
