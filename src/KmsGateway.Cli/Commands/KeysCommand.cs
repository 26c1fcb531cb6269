using System.CommandLine;
using System.Globalization;
using KmsGateway.Cli.Gateways;
using KmsGateway.Cli.Terminal;

namespace KmsGateway.Cli.Commands;

/// <summary><c>kmsgw keys</c>: what operators do with tenants' keys.</summary>
internal static class KeysCommand
{
    public static Command Create(CliEnvironment environment)
    {
        var kid = new Argument<string>("KID") { Description = "The key's thumbprint, as 'kmsgw keys list' prints it" };
        var file = new Argument<string>("FILE") { Description = "The export" };
        var reason = new Option<string>("--reason") { Description = "Why, for the record", HelpName = "TEXT", Required = true };
        var compromise = new Option<bool>("--compromise")
        {
            Description = "Somebody else may have the key: nothing under it is believed any longer",
        };
        var since = new Option<DateTimeOffset?>("--compromised-from")
        {
            Description = "With --compromise: since when, if it is known",
            HelpName = "TIME",
        };
        var only = new Option<string?>("--tenant") { Description = "Of this tenant only", HelpName = "TENANT" };
        var root = new Option<string?>("--root") { Description = "The root's thumbprint, as somebody else gave it", HelpName = "THUMBPRINT" };
        return new DocumentedCommand(
            "keys",
            "Lists, audits, rotates, revokes, shreds, exports and imports keys.",
            """
            An export holds wrapped keys, public keys, the trust chain and the policies, signed by the root. Without the KMS nothing in it is
            secret or of use. To start an empty key store from one, set KeyStore:RestoreFrom; 'import' brings forward a store that was restored
            from an older backup.

            'shred' destroys a key that encrypts: what was encrypted under it can then be decrypted by nobody.

            'rotate --all' goes on in the gateway if this command ends.

            Exit codes: 0 done, 1 refused by the gateway or something is wrong, 2 usage, not reachable or interrupted.

            Example: kmsgw keys revoke KID --reason 'laptop stolen' --compromise
            """)
        {
            AdminCommand.Create(
                "list", "Lists keys.", environment, (client, arguments, token) => ListAsync(client, arguments.GetValue(only), environment, token), only),
            AdminCommand.Create(
                "audit",
                "Compares the keys with the trust chain.",
                environment,
                (client, arguments, token) => new KeysAudit(environment).RunAsync(client, arguments.GetValue(root), token),
                root),
            KeysRotation.Create(environment),
            AdminCommand.Create(
                "revoke",
                "Withdraws a key at once and waits until no gateway uses it any more.",
                environment,
                (client, arguments, token) => RevokeAsync(
                    client,
                    arguments.GetValue(kid)!,
                    arguments.GetValue(compromise),
                    arguments.GetValue(since),
                    arguments.GetValue(reason)!,
                    environment,
                    token),
                kid,
                reason,
                compromise,
                since),
            KeysShredding.Create(environment),
            AdminCommand.Create(
                "export",
                "Writes the key store into a file.",
                environment,
                (client, arguments, token) => ExportAsync(client, arguments.GetValue(file)!, environment, token),
                file),
            AdminCommand.Create(
                "import",
                "Brings the key store forward to an export of it.",
                environment,
                (client, arguments, token) => ImportAsync(client, arguments.GetValue(file)!, environment, token),
                file),
        };
    }

    private static async Task<int> ListAsync(
        AdminClient client, string? tenant, CliEnvironment environment, CancellationToken cancellationToken)
    {
        var query = tenant is null ? "" : $"?tenant={Uri.EscapeDataString(tenant)}";
        await KeyTable.WriteAsync(ListedKey.ReadAll(await client.GetAsync($"/api/admin/keys{query}", cancellationToken)), environment);
        return ExitCode.Success;
    }

    private static async Task<int> RevokeAsync(
        AdminClient client,
        string kid,
        bool compromise,
        DateTimeOffset? since,
        string reason,
        CliEnvironment environment,
        CancellationToken cancellationToken)
    {
        var answer = await client.PostOnceAsync(
            $"/api/admin/kms/keys/{Uri.EscapeDataString(kid)}/revoke",
            RequestJson.Of(json =>
            {
                json.WriteString("kind", compromise ? "compromise" : "superseded");
                json.WriteString("reason", reason);
                if (since is { } time)
                {
                    json.WriteString("compromisedFrom", time);
                }
            }),
            cancellationToken);
        var waiting = answer.GetProperty("waiting").EnumerateArray().Select(replica => replica.GetString() ?? "").ToList();
        if (!answer.TryGetProperty("millisecondsToRevoke", out var milliseconds))
        {
            await environment.Error.WriteLineAsync(
                $"{Tool.Name}: the key is revoked, but these gateways have not said that they stopped using it: "
                + $"{PrintableText.Escape(string.Join(", ", waiting))}. They stop when they cannot reach the key store for 60 s.");
            return ExitCode.Failure;
        }

        await environment.Out.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"{PrintableText.Escape(kid)} revoked; no gateway uses it any more, {milliseconds.GetDouble():0} ms after it was asked for"));
        return ExitCode.Success;
    }

    private static async Task<int> ExportAsync(
        AdminClient client, string file, CliEnvironment environment, CancellationToken cancellationToken)
    {
        var export = await client.GetBytesAsync("/api/admin/keys/export", cancellationToken);
        await File.WriteAllBytesAsync(file, export, cancellationToken);
        await environment.Out.WriteLineAsync($"{export.Length} bytes written to {PrintableText.Escape(file)}");
        return ExitCode.Success;
    }

    private static async Task<int> ImportAsync(
        AdminClient client, string file, CliEnvironment environment, CancellationToken cancellationToken)
    {
        var answer = await client.SendJsonAsync(
            HttpMethod.Post, "/api/admin/keys/import", await File.ReadAllBytesAsync(file, cancellationToken), cancellationToken);
        await environment.Out.WriteLineAsync($"{answer.GetProperty("keys").GetInt32()} keys imported");
        return ExitCode.Success;
    }
}
