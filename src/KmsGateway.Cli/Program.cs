using KmsGateway.Cli.Commands;
using KmsGateway.Cli.Terminal;

return await KmsgwCommand.RunAsync(args, CliEnvironment.OfProcess());
