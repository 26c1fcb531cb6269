using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using KmsGateway.Cli.Terminal;

namespace KmsGateway.Cli.Commands;

/// <summary>The root command, and the one place where errors become exit codes.</summary>
internal static class KmsgwCommand
{
    // A token that begins with @ is a file's name here, not a file of more arguments.
    private static readonly ParserConfiguration Parsing = new() { ResponseFileTokenReplacer = null };

    public static async Task<int> RunAsync(string[] args, CliEnvironment environment)
    {
        var result = Create(args, environment).Parse(args, Parsing);
        if (result.Action is ParseErrorAction)
        {
            return Refuse(result, args, environment);
        }

        var invocation = new InvocationConfiguration
        {
            Output = environment.Out,
            Error = environment.Error,
            EnableDefaultExceptionHandler = false,
        };
        try
        {
            return await result.InvokeAsync(invocation);
        }
        catch (CommandException error)
        {
            return Fail(environment, error.Message, error.ExitCode);
        }
        catch (IOException error)
        {
            return Fail(environment, error.Message);
        }
        catch (OperationCanceledException)
        {
            return Fail(environment, "interrupted");
        }
    }

    private static RootCommand Create(string[] args, CliEnvironment environment)
    {
        var root = new RootCommand("Verifies spans that KmsGateway signed, and talks to a gateway.")
        {
            VerifyCommand.Create(args, environment),
            DecryptCommand.Create(environment),
            SendCommand.Create(environment),
            DemoCommand.Create(environment),
            HealthcheckCommand.Create(environment),
            StatusCommand.Create(environment),
            KmsCommand.Create(environment),
            KeysCommand.Create(environment),
            AuditTrailCommand.Create(environment),
            TenantsCommand.Create(environment),
            EnforcementCommand.Create(environment),
        };
        root.Options.OfType<VersionOption>().Single().Action = new VersionAction();
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new DetailedHelp((HelpAction)help.Action!, "Example: kmsgw verify traces.jsonl --trust trust.json");
        return root;
    }

    private static int Refuse(ParseResult result, string[] args, CliEnvironment environment)
    {
        var problem = string.Join(' ', result.Errors.Select(error => error.Message));
        var message = $"{problem} See '{PathOf(result.CommandResult)} --help'.";
        if (result.CommandResult.Command.Name == VerifyCommand.Name)
        {
            VerifyCommand.ReportRefusal(args, environment, message);
        }

        return Fail(environment, message);
    }

    // A command as one types it: `keys rotate` and not `rotate`.
    private static string PathOf(CommandResult result) =>
        result.Parent is CommandResult parent ? $"{PathOf(parent)} {result.Command.Name}" : Tool.Name;

    private static int Fail(CliEnvironment environment, string message, int exitCode = ExitCode.UsageOrIo)
    {
        environment.Error.WriteLine($"{Tool.Name}: {PrintableText.Escape(message)}");
        return exitCode;
    }
}
