using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace KmsGateway.Cli.Commands;

/// <summary>The library's help, and under it a command's details.</summary>
internal sealed class DetailedHelp(HelpAction help, string rootDetails) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        var result = help.Invoke(parseResult);
        var details = parseResult.CommandResult.Command is DocumentedCommand command ? command.Details : rootDetails;
        parseResult.InvocationConfiguration.Output.WriteLine(details);
        return result;
    }
}
