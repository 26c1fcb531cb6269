using System.CommandLine;
using KmsGateway.Cli.Gateways;
using KmsGateway.Cli.Terminal;

namespace KmsGateway.Cli.Commands;

/// <summary>Makes commands that operate a gateway through its admin API.</summary>
internal static class AdminCommand
{
    public static Command Create(
        string name,
        string description,
        CliEnvironment environment,
        Func<AdminClient, ParseResult, CancellationToken, Task<int>> run,
        params Symbol[] symbols) => Create(new Command(name, description), environment, run, symbols);

    public static Command Create(
        Command command,
        CliEnvironment environment,
        Func<AdminClient, ParseResult, CancellationToken, Task<int>> run,
        params Symbol[] symbols)
    {
        var options = new AdminOptions();
        command.Add(options.Gateway);
        command.Add(options.TokenFile);
        foreach (var symbol in symbols)
        {
            switch (symbol)
            {
                case Argument argument:
                    command.Add(argument);
                    break;
                case Option option:
                    command.Add(option);
                    break;
            }
        }

        command.SetAction(async (arguments, cancellationToken) =>
        {
            using var client = await AdminClient.CreateAsync(
                environment, arguments.GetValue(options.Gateway), arguments.GetValue(options.TokenFile), cancellationToken);
            try
            {
                return await run(client, arguments, cancellationToken);
            }
            catch (Exception error) when (error is KeyNotFoundException or InvalidOperationException or FormatException or OverflowException)
            {
                throw new CommandException("the gateway's answer has another form than this version of kmsgw knows", error);
            }
        });
        return command;
    }
}
