using Microsoft.Extensions.Logging;
using Polly.Telemetry;

namespace KmsGateway.Keys.Resilience;

/// <summary>What Polly says of calls: what went wrong, at its own level, and nothing of what came of them.</summary>
internal static class KmsTelemetry
{
    // Each call says both, and most calls are well.
    private static readonly string[] OfEachCall = ["PipelineExecuting", "PipelineExecuted", "ExecutionAttempt"];

    public static TelemetryOptions Of(ILoggerFactory loggers) => new()
    {
        LoggerFactory = loggers,
        SeverityProvider = static arguments =>
            OfEachCall.Contains(arguments.Event.EventName, StringComparer.Ordinal) ? ResilienceEventSeverity.Debug : arguments.Event.Severity,

        // Results are secrets, or lead to them.
        ResultFormatter = static (_, result) => result is Exception ? result.GetType().Name : "done",
    };
}
