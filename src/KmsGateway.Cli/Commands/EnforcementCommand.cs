using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using KmsGateway.Cli.Gateways;
using KmsGateway.Cli.Terminal;

namespace KmsGateway.Cli.Commands;

/// <summary><c>kmsgw enforcement</c>: break-glass, a tenant's mode for a while.</summary>
internal static class EnforcementCommand
{
    private const string Api = "/api/admin/enforcement";

    public static Command Create(CliEnvironment environment)
    {
        var tenant = new Argument<string>("TENANT") { Description = "The tenant whose mode it is" };
        var mode = new Argument<string>("MODE") { Description = "What becomes of the compliance spans of the tenant" };
        mode.AcceptOnlyFromAmong("observe", "dry-run", "enforce");
        var time = new Option<TimeSpan>("--for")
        {
            Description = "Until it ends by itself, at most 04:00:00",
            HelpName = "hh:mm:ss",
            Required = true,
            CustomParser = ParseTime,
        };
        var reason = new Option<string>("--reason") { Description = "Why, for the record", HelpName = "TEXT", Required = true };
        var reasonToClear = new Option<string?>("--reason") { Description = "Why, for the record", HelpName = "TEXT" };
        return new DocumentedCommand(
            "enforcement",
            "Sets a tenant's mode aside for a while (break-glass).",
            """
            enforce signs or refuses; observe lets pass unsigned what cannot be signed; dry-run lets all pass unsigned. An auditor sees the gap.
            A mode that is set holds in the one gateway that is asked, and ends with it at the latest. To set and to clear needs the scope
            'enforce'.

            Exit codes: 0 done, 1 refused by the gateway, 2 usage or not reachable.

            Example: kmsgw enforcement set acme observe --reason 'KMS away, INC-4711' --for 01:00:00
            """)
        {
            AdminCommand.Create(
                "list",
                "Lists the modes that are set, until when and why.",
                environment,
                (client, _, token) => ListAsync(client, environment, token)),
            AdminCommand.Create(
                "set",
                "Sets the mode of a tenant for a while.",
                environment,
                (client, arguments, token) => SetAsync(
                    client,
                    arguments.GetValue(tenant)!,
                    arguments.GetValue(mode)!,
                    arguments.GetValue(reason)!,
                    arguments.GetValue(time),
                    environment,
                    token),
                tenant,
                mode,
                reason,
                time),
            AdminCommand.Create(
                "clear",
                "Puts a tenant back into its configured mode.",
                environment,
                (client, arguments, token) => ClearAsync(
                    client, arguments.GetValue(tenant)!, arguments.GetValue(reasonToClear), environment, token),
                tenant,
                reasonToClear),
        };
    }

    private static async Task<int> ListAsync(AdminClient client, CliEnvironment environment, CancellationToken cancellationToken)
    {
        var table = new TextTable("TENANT", "MODE", "UNTIL", "SET BY", "REASON");
        foreach (var entry in EnforcementEntry.ReadAll(await client.GetAsync(Api, cancellationToken)))
        {
            table.Add(entry.Tenant, entry.Mode, Text(entry.Until), entry.Actor, entry.Reason);
        }

        await table.WriteAsync(environment.Out);
        return ExitCode.Success;
    }

    private static async Task<int> SetAsync(
        AdminClient client,
        string tenant,
        string mode,
        string reason,
        TimeSpan time,
        CliEnvironment environment,
        CancellationToken cancellationToken)
    {
        var request = RequestJson.Of(json =>
        {
            json.WriteString("tenant", tenant);
            json.WriteString("mode", mode);
            json.WriteString("reason", reason);
            json.WriteString("ttl", time.ToString("c", CultureInfo.InvariantCulture));
        });
        var entry = EnforcementEntry.Read(await client.PostOnceAsync(Api, request, cancellationToken));
        await environment.Out.WriteLineAsync(
            PrintableText.Escape($"{entry.Tenant} is in mode {entry.Mode} until {Text(entry.Until)}; then it goes back by itself"));
        return ExitCode.Success;
    }

    private static async Task<int> ClearAsync(
        AdminClient client, string tenant, string? reason, CliEnvironment environment, CancellationToken cancellationToken)
    {
        var query = reason is null ? "" : $"?reason={Uri.EscapeDataString(reason)}";
        await client.SendJsonAsync(HttpMethod.Delete, $"{Api}/{Uri.EscapeDataString(tenant)}{query}", null, cancellationToken);
        await environment.Out.WriteLineAsync($"{PrintableText.Escape(tenant)} is in its configured mode again");
        return ExitCode.Success;
    }

    // Not as TimeSpan.Parse does, to which 5 is five days.
    private static TimeSpan ParseTime(ArgumentResult argument)
    {
        var text = argument.Tokens[0].Value;
        if (!TimeSpan.TryParseExact(text, @"hh\:mm\:ss", CultureInfo.InvariantCulture, out var time))
        {
            argument.AddError($"--for '{text}' is no time: write it as hh:mm:ss, such as 01:00:00.");
        }

        return time;
    }

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("u", CultureInfo.InvariantCulture);
}
