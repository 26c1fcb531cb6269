using System.Globalization;
using KmsGateway.Cli.Terminal;
using Spectre.Console;

namespace KmsGateway.Cli.Auditing;

/// <summary>Shows how far an audit is: on stderr, and only where somebody is looking.</summary>
internal static class AuditProgress
{
    private const long StepBytes = 1024 * 1024;

    public static async Task<AuditSummary> ShowAsync(
        CliEnvironment environment, Func<Action<string, long, long>?, Task<AuditSummary>> audit)
    {
        if (!environment.ShowsProgress)
        {
            return await audit(null);
        }

        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(environment.Error) });
        return await console.Status().StartAsync("reading", status =>
        {
            var next = 0L;
            return audit((file, bytes, spans) =>
            {
                // A new file begins anew; in between the terminal is left alone.
                if (bytes >= next || bytes < next - StepBytes)
                {
                    next = bytes + StepBytes;
                    status.Status = Markup.Escape(string.Create(
                        CultureInfo.InvariantCulture, $"{PrintableText.Escape(file)}: {bytes / StepBytes} MiB, {spans} spans"));
                }
            });
        });
    }
}
