using System.CommandLine;
using KmsGateway.Cli.Gateways;
using KmsGateway.Cli.Terminal;

namespace KmsGateway.Cli.Commands;

/// <summary><c>kmsgw tenants</c>: the tenants of a gateway, and those that are added to all gateways of its store.</summary>
internal static class TenantsCommand
{
    public static Command Create(CliEnvironment environment)
    {
        var tenant = new Argument<string>("TENANT") { Description = "1 to 64 characters of A-Z a-z 0-9 . _ -" };
        return new DocumentedCommand(
            "tenants",
            "Lists, adds and removes tenants.",
            """
            A tenant that is added has a key within seconds, on every gateway of the key store. One that is removed keeps its keys for those
            who verify. Tenants of a gateway's settings (Tenancy:Tenants) are removed there.

            Exit codes: 0 done, 1 refused by the gateway, 2 usage or not reachable.

            Example: kmsgw tenants add acme --gateway http://localhost:8080
            """)
        {
            AdminCommand.Create("list", "Lists the tenants of the gateway.", environment, (client, _, token) => ListAsync(client, environment, token)),
            AdminCommand.Create(
                "add",
                "Adds a tenant.",
                environment,
                (client, arguments, token) => ChangeAsync(client, HttpMethod.Put, arguments.GetValue(tenant)!, "added", environment, token),
                tenant),
            AdminCommand.Create(
                "remove",
                "Removes a tenant that was added.",
                environment,
                (client, arguments, token) => ChangeAsync(client, HttpMethod.Delete, arguments.GetValue(tenant)!, "removed", environment, token),
                tenant),
        };
    }

    private static async Task<int> ListAsync(AdminClient client, CliEnvironment environment, CancellationToken cancellationToken)
    {
        var answer = await client.GetAsync("/api/admin/tenants", cancellationToken);
        var table = new TextTable("TENANT", "FROM", "KEY");
        foreach (var tenant in answer.GetProperty("tenants").EnumerateArray())
        {
            table.Add(
                tenant.GetProperty("tenant").GetString() ?? "",
                tenant.GetProperty("origin").GetString() ?? "",
                tenant.TryGetProperty("kid", out var kid) ? kid.GetString() ?? "" : "none yet");
        }

        await table.WriteAsync(environment.Out);
        return ExitCode.Success;
    }

    private static async Task<int> ChangeAsync(
        AdminClient client, HttpMethod method, string tenant, string done, CliEnvironment environment, CancellationToken cancellationToken)
    {
        await client.SendJsonAsync(method, $"/api/admin/tenants/{Uri.EscapeDataString(tenant)}", null, cancellationToken);
        await environment.Out.WriteLineAsync($"{PrintableText.Escape(tenant)} {done}");
        return ExitCode.Success;
    }
}
