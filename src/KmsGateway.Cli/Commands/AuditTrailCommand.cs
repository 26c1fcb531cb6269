using System.CommandLine;
using System.Globalization;
using KmsGateway.Cli.Gateways;
using KmsGateway.Cli.Terminal;

namespace KmsGateway.Cli.Commands;

/// <summary><c>kmsgw audit-trail</c>: who decrypted and destroyed what, and why.</summary>
internal static class AuditTrailCommand
{
    public static Command Create(CliEnvironment environment)
    {
        var after = new Option<long>("--after") { Description = "Those behind this entry only", HelpName = "N" };
        after.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !long.TryParse(token.Value, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            {
                result.AddError("--after is the number of an entry, 0 or more.");
            }
        });
        return AdminCommand.Create(
            new DocumentedCommand(
                "audit-trail",
                "Lists who had values decrypted, or destroyed a key that encrypts.",
                """
                Of all gateways of the key store, in order. Each entry is bound to the one before it; the gateway refuses to list a trail that
                somebody has changed. It needs the scope 'read'.

                Exit codes: 0 done, 1 refused by the gateway, 2 usage or not reachable.

                Example: kmsgw audit-trail --after 1200
                """),
            environment,
            (client, arguments, token) => ListAsync(client, arguments.GetValue(after), environment, token),
            after);
    }

    private static async Task<int> ListAsync(AdminClient client, long after, CliEnvironment environment, CancellationToken cancellationToken)
    {
        var table = new TextTable("N", "TIME", "ACTION", "ACTOR", "TENANTS", "KEYS", "VALUES", "REASON");
        while (true)
        {
            var page = (await client.GetAsync($"/api/admin/audit?after={after}", cancellationToken)).GetProperty("entries").EnumerateArray().ToList();
            if (page.Count == 0)
            {
                break;
            }

            foreach (var entry in page)
            {
                var n = entry.GetProperty("n").GetInt64();
                after = n > after ? n : throw new FormatException($"Entry {n} comes behind entry {after}.");
                var keys = entry.Texts("kids");
                table.Add(
                    n.ToString(CultureInfo.InvariantCulture),
                    entry.GetProperty("at").GetDateTimeOffset().UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
                    entry.Text("action"),
                    entry.Text("actor"),
                    string.Join(' ', entry.Texts("tenants")),
                    keys.Count <= 1 ? string.Concat(keys) : $"{keys.Count} keys",
                    entry.GetProperty("values").GetInt64().ToString(CultureInfo.InvariantCulture),
                    entry.Text("reason"));
            }
        }

        await table.WriteAsync(environment.Out);
        return ExitCode.Success;
    }
}
