using System.CommandLine;
using KmsGateway.Cli.Gateways;
using KmsGateway.Cli.Terminal;

namespace KmsGateway.Cli.Commands;

/// <summary><c>kmsgw healthcheck</c>: for container health checks, where there is no curl.</summary>
internal static class HealthcheckCommand
{
    public static Command Create(CliEnvironment environment)
    {
        var endpoints = new EndpointOptions();
        var serving = new Option<bool>("--serving")
        {
            Description = "Ask whether it serves: cached keys still sign while the KMS is down",
        };
        var command = new DocumentedCommand(
            "healthcheck",
            "Asks a gateway whether it is ready.",
            """
            Waits 5 s for the answer.

            Exit codes: 0 up, 1 down or not reachable, 2 usage.

            Example: kmsgw healthcheck --gateway http://localhost:8080
            """)
        {
            endpoints.Gateway, serving,
        };
        command.SetAction((arguments, cancellationToken) =>
        {
            var gateway = GatewayEndpoints.Of(arguments.GetValue(endpoints.Gateway), null, null);
            return RunAsync(arguments.GetValue(serving) ? gateway.Serving : gateway.Readiness, environment, cancellationToken);
        });
        return command;
    }

    private static async Task<int> RunAsync(Uri health, CliEnvironment environment, CancellationToken cancellationToken)
    {
        var (report, problem) = await new HealthClient(environment).GetAsync(health, cancellationToken);
        if (report is null)
        {
            throw new CommandException(problem!) { ExitCode = ExitCode.Failure };
        }

        await environment.Out.WriteLineAsync(
            $"{PrintableText.Escape(report.Status)} {health.GetLeftPart(UriPartial.Authority)}");
        foreach (var check in report.Checks)
        {
            var data = string.Join(' ', check.Data);
            await environment.Out.WriteLineAsync(
                PrintableText.Escape($"  {check.Status,-5} {check.Name}{(data.Length > 0 ? $"  {data}" : "")}"));
        }

        return report.IsUp ? ExitCode.Success : ExitCode.Failure;
    }
}
