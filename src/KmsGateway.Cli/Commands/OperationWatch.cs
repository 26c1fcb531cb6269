using System.Text.Json;
using KmsGateway.Cli.Gateways;
using KmsGateway.Cli.Terminal;
using Spectre.Console;

namespace KmsGateway.Cli.Commands;

/// <summary>Waits for the end of an operation in a gateway. Shows how far it is on stderr, and only where somebody is looking.</summary>
internal sealed class OperationWatch(AdminClient client, CliEnvironment environment)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <param name="accepted">The gateway's answer when it began.</param>
    public async Task<int> RunAsync(JsonElement accepted, CancellationToken cancellationToken)
    {
        var end = await ShowAsync(GatewayOperation.Read(accepted), cancellationToken);
        await environment.Out.WriteLineAsync(
            PrintableText.Escape($"{end.Kind} {end.State}: {end.Done - end.Failed} of {end.Total} tenants, {end.Failed} failed"));
        foreach (var tenant in end.FailedTenants)
        {
            await environment.Out.WriteLineAsync($"  {PrintableText.Escape(tenant)}");
        }

        if (end.Failed > end.FailedTenants.Count)
        {
            await environment.Out.WriteLineAsync($"  and {end.Failed - end.FailedTenants.Count} more");
        }

        return end.HasSucceeded ? ExitCode.Success : ExitCode.Failure;
    }

    private async Task<GatewayOperation> ShowAsync(GatewayOperation operation, CancellationToken cancellationToken)
    {
        if (!environment.ShowsProgress)
        {
            return await WaitAsync(operation, _ => { }, cancellationToken);
        }

        // The library would judge by stdout, which is redirected here.
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(environment.Error),
            Interactive = InteractionSupport.Yes,
        });
        return await console.Progress().StartAsync(progress =>
        {
            // No tenants are no percentage.
            var bar = progress.AddTask(Markup.Escape(PrintableText.Escape(operation.Kind)), maxValue: Math.Max(1, operation.Total));
            return WaitAsync(operation, now => bar.Value = now.Done, cancellationToken);
        });
    }

    private async Task<GatewayOperation> WaitAsync(
        GatewayOperation operation, Action<GatewayOperation> report, CancellationToken cancellationToken)
    {
        var howToLook = $"{operation.Kind} goes on in the gateway as operation {operation.Id}; to look at it: GET {operation.Path}";
        try
        {
            while (operation.IsRunning)
            {
                report(operation);
                await Task.Delay(Pause, environment.Time, cancellationToken);
                operation = GatewayOperation.Read(await client.GetAsync(operation.Path, cancellationToken));
            }
        }
        catch (OperationCanceledException error)
        {
            throw new CommandException($"interrupted. {howToLook}", error);
        }
        catch (CommandException error)
        {
            throw new CommandException($"{error.Message.TrimEnd('.')}. Unless the gateway ended, {howToLook}", error) { ExitCode = error.ExitCode };
        }

        report(operation);
        return operation;
    }
}
