using System.CommandLine;
using System.CommandLine.Invocation;
using KmsGateway.Cli.Terminal;
using KmsGateway.Evidence.Signing;

namespace KmsGateway.Cli.Commands;

/// <summary><c>kmsgw --version</c>: the program's and that of the format it verifies.</summary>
internal sealed class VersionAction : SynchronousCommandLineAction
{
    public override int Invoke(ParseResult parseResult)
    {
        parseResult.InvocationConfiguration.Output.WriteLine($"{Tool.Name} {Tool.Version} ({FormatVersion.Span})");
        return ExitCode.Success;
    }
}
