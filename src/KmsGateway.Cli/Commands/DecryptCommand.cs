using System.CommandLine;
using KmsGateway.Cli.Auditing;
using KmsGateway.Cli.Decryption;
using KmsGateway.Cli.Terminal;
using KmsGateway.Cryptography;

namespace KmsGateway.Cli.Commands;

/// <summary><c>kmsgw decrypt</c>: a copy of stored traces with clear values, for whoever may have them.</summary>
internal static class DecryptCommand
{
    public static Command Create(CliEnvironment environment)
    {
        var file = new Argument<string>("FILE")
        {
            Description = "OTLP as JSON, JSON lines or protobuf, JSON of Tempo's or Jaeger's API; also .gz; - is standard input",
        };
        var output = new Option<string?>("--output") { Description = "Where the copy goes (default: standard output)", HelpName = "FILE" };
        var reason = new Option<string>("--reason") { Description = "Why, for the audit trail", HelpName = "TEXT", Required = true };
        var tenant = new Option<string?>("--tenant") { Description = "Refuse the values of other tenants", HelpName = "TENANT" };
        tenant.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !TenantId.IsValid(token.Value))
            {
                result.AddError($"--tenant {token.Value} is no tenant: use 1 to {TenantId.MaxLength} of A-Z a-z 0-9 . _ -");
            }
        });
        var force = new Option<bool>("--force") { Description = "Replace the file of --output if there is one" };
        return AdminCommand.Create(
            new DocumentedCommand(
                "decrypt",
                "Copies stored traces with clear values in the place of encrypted ones.",
                """
                The gateway decrypts, and writes into its audit trail who asked for how much and why, before it does. It needs the scope
                'decrypt'. Every other byte of the file stays as it is; an answer of Tempo's or Jaeger's becomes OTLP/JSON. The copy is for its
                owner alone (mode 0600), and is no evidence: signatures are over the encrypted values.

                Exit codes: 0 all is clear, 1 something stays encrypted (told on stderr), 2 usage or I/O, or the gateway refuses: there is no
                copy, and on standard output not all of it.

                Example: kmsgw decrypt traces.jsonl --output clear.jsonl --reason 'INC-4711, customer asks'
                """),
            environment,
            (client, arguments, token) => RunAsync(
                AuditFile.Of(arguments.GetValue(file)!, environment),
                OutputOf(arguments.GetValue(output), environment),
                arguments.GetValue(force),
                new DecryptionClient(client, arguments.GetValue(reason)!, arguments.GetValue(tenant)),
                environment,
                token),
            file,
            output,
            reason,
            tenant,
            force);
    }

    private static async Task<int> RunAsync(
        AuditFile file,
        string? output,
        bool force,
        DecryptionClient values,
        CliEnvironment environment,
        CancellationToken cancellationToken)
    {
        var decryption = new FileDecryption(file, values, environment);
        await using (var copy = output is null ? DecryptedCopy.To(environment.Output) : Open(output, force))
        {
            try
            {
                await decryption.RunAsync(copy, cancellationToken);
            }
            catch (CommandException error) when (error.ExitCode != ExitCode.UsageOrIo)
            {
                throw new CommandException(error.Message, error);
            }
        }

        await TellAsync(file, decryption, values, environment);
        return decryption.Left == 0 ? ExitCode.Success : ExitCode.Failure;
    }

    private static async Task TellAsync(AuditFile file, FileDecryption decryption, DecryptionClient values, CliEnvironment environment)
    {
        var name = $"{Tool.Name}: {PrintableText.Escape(file.Path)}";
        if (decryption.IsTranscoded)
        {
            await environment.Error.WriteLineAsync($"{name}: a store's answer; the copy is OTLP/JSON");
        }

        if (decryption.Decrypted + decryption.Left == 0)
        {
            await environment.Error.WriteLineAsync($"{name}: nothing in it is encrypted");
            return;
        }

        var audit = values.Audit is var (first, last)
            ? first == last ? $"; entry {first} of the audit trail" : $"; entries {first} to {last} of the audit trail"
            : "";
        await environment.Error.WriteLineAsync($"{name}: {decryption.Decrypted} values decrypted, {decryption.Left} left encrypted{audit}");
        if (decryption.Decrypted > 0)
        {
            await environment.Error.WriteLineAsync(
                $"{Tool.Name}: the copy is no evidence: signatures are over the encrypted values. Keep the encrypted file, and delete the copy when it has served.");
        }
    }

    private static DecryptedCopy Open(string output, bool force)
    {
        try
        {
            return DecryptedCopy.To(output, force);
        }
        catch (UnauthorizedAccessException error)
        {
            throw new CommandException($"--output {output}: permission denied", error);
        }
    }

    private static string? OutputOf(string? path, CliEnvironment environment)
    {
        if (path is null or AuditFile.StandardInput)
        {
            return null;
        }

        var full = Path.GetFullPath(path, environment.WorkingFolder);
        return Directory.Exists(full) ? throw new CommandException($"--output {path} is a folder: name a file in it") : full;
    }
}
