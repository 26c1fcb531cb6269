using System.CommandLine;
using KmsGateway.Cli.Demonstration;
using KmsGateway.Cli.Gateways;
using KmsGateway.Cli.Terminal;

namespace KmsGateway.Cli.Commands;

/// <summary><c>kmsgw demo</c>: what the product does, on one screen.</summary>
internal static class DemoCommand
{
    public static Command Create(CliEnvironment environment)
    {
        var endpoints = new EndpointOptions();
        var sink = new Option<string?>("--sink")
        {
            Description = $"The file to which the gateway's backend writes OTLP/JSON lines (default: {DemoGateway.DefaultSink})",
            HelpName = "FILE",
        };
        var command = new DocumentedCommand(
            "demo",
            "Sends spans, verifies what was stored, changes one character and verifies again.",
            """
            Uses the gateway that is named or runs on the default ports. Without one it starts its own from the root of the repository, on
            free ports and in a temporary folder, and ends it afterwards.

            Exit codes: 0 everything was as it should be, 1 something was not, 2 usage or I/O.

            Example: kmsgw demo
            """)
        {
            endpoints.Gateway, sink, endpoints.OtlpGrpc, endpoints.OtlpHttp,
        };
        command.SetAction((arguments, cancellationToken) =>
        {
            // OTLP addresses without a management address are those of a gateway that runs.
            var isNamed = arguments.GetValue(endpoints.Gateway) is not null
                || arguments.GetValue(endpoints.OtlpGrpc) is not null
                || arguments.GetValue(endpoints.OtlpHttp) is not null;
            return RunAsync(endpoints.Read(arguments), isNamed, arguments.GetValue(sink), environment, cancellationToken);
        });
        return command;
    }

    private static async Task<int> RunAsync(
        GatewayEndpoints endpoints, bool isNamed, string? sink, CliEnvironment environment, CancellationToken cancellationToken)
    {
        await using var gateway = await DemoGateway.FindAsync(endpoints, isNamed, sink, environment, cancellationToken);
        await new DemoStory(gateway, environment).TellAsync(cancellationToken);
        return ExitCode.Success;
    }
}
