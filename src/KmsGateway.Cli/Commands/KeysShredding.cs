using System.CommandLine;
using System.Text;
using KmsGateway.Cli.Gateways;
using KmsGateway.Cli.Terminal;

namespace KmsGateway.Cli.Commands;

/// <summary><c>kmsgw keys shred</c>: destroys a seed. Whoever does it says twice which.</summary>
internal sealed class KeysShredding(AdminClient client, CliEnvironment environment)
{
    public static Command Create(CliEnvironment environment)
    {
        var kid = new Argument<string>("KID") { Description = "The key, as 'kmsgw keys list' prints it with the purpose encryption" };
        var reason = new Option<string>("--reason") { Description = "Why, for the audit trail", HelpName = "TEXT", Required = true };
        var confirm = new Option<string?>("--confirm") { Description = "The key once more; on a terminal one is asked for it", HelpName = "KID" };
        var command = AdminCommand.Create(
            "shred",
            "Destroys a key that encrypts, and with it every value under it.",
            environment,
            (client, arguments, token) => new KeysShredding(client, environment).RunAsync(
                arguments.GetValue(kid)!, arguments.GetValue(confirm), arguments.GetValue(reason)!, token),
            kid,
            reason,
            confirm);
        command.Validators.Add(result =>
        {
            if (result.GetValue(confirm) is { } confirmed ? confirmed != result.GetValue(kid) : !environment.IsInteractive)
            {
                result.AddError("What is shredded is lost. Give the key twice: KID and --confirm KID.");
            }
        });
        return command;
    }

    private async Task<int> RunAsync(string kid, string? confirmed, string reason, CancellationToken cancellationToken)
    {
        if (confirmed is null && !await AskAsync(kid, cancellationToken))
        {
            throw new CommandException($"that is not {kid}: nothing was destroyed");
        }

        var answer = await client.PostOnceAsync(
            $"/api/admin/kms/keys/{Uri.EscapeDataString(kid)}/shred",
            RequestJson.Of(json =>
            {
                json.WriteString("reason", reason);
                json.WriteString("confirm", kid);
            }),
            cancellationToken);
        await environment.Out.WriteLineAsync(PrintableText.Escape(
            $"{answer.Text("kid")} of {answer.Text("tenant")} is destroyed; entry {answer.GetProperty("audit").GetInt64()} of the audit trail. "
            + "Exports and backups of the key store from before still hold it: delete them too."));
        return ExitCode.Success;
    }

    private async Task<bool> AskAsync(string kid, CancellationToken cancellationToken)
    {
        await environment.Error.WriteAsync(PrintableText.Escape(
            $"Every value that was encrypted under {kid}, in whatever store or copy, can then be decrypted by nobody, for ever. "
            + "Signatures stay valid. Type the key to destroy it: "));
        using var input = new StreamReader(environment.OpenInput(), Encoding.UTF8);
        return (await input.ReadLineAsync(cancellationToken))?.Trim() == kid;
    }
}
