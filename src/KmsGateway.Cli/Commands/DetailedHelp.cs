using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;

namespace KmsGateway.Cli.Commands;

/// <summary>The library's help, and under it a command's details.</summary>
internal sealed class DetailedHelp(HelpAction help, string rootDetails) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        var result = help.Invoke(parseResult);
        parseResult.InvocationConfiguration.Output.WriteLine(DetailsOf(parseResult.CommandResult));
        return result;
    }

    // What holds for a group of commands is told once, and for each of them.
    private string DetailsOf(CommandResult result) => result switch
    {
        { Command: DocumentedCommand command } => command.Details,
        { Parent: CommandResult parent } => DetailsOf(parent),
        _ => rootDetails,
    };
}
