using System.Globalization;
using KmsGateway.Cli.Terminal;
using Spectre.Console;

namespace KmsGateway.Cli.Auditing;

/// <summary>Shows how far an audit is: on stderr, and only where somebody is looking.</summary>
internal static class AuditProgress
{
    private const long StepBytes = 1024 * 1024;

    public static async Task<AuditSummary> ShowAsync(
        CliEnvironment environment, Func<Action<AuditPosition>?, Task<AuditSummary>> audit)
    {
        if (!environment.ShowsProgress)
        {
            return await audit(null);
        }

        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(environment.Error) });
        return await console.Status().StartAsync("reading", status =>
        {
            var next = 0L;
            return audit(position =>
            {
                // A new file begins anew; in between the terminal is left alone.
                if (position.Bytes >= next || position.Bytes < next - StepBytes)
                {
                    next = position.Bytes + StepBytes;
                    status.Status = Markup.Escape(Describe(position));
                }
            });
        });
    }

    public static string Describe(AuditPosition position)
    {
        var percent = position.Percent is { } known ? $" ({known} %)" : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{PrintableText.Escape(position.File)}: {position.Bytes / StepBytes} MiB{percent}, {position.Spans} spans");
    }
}
