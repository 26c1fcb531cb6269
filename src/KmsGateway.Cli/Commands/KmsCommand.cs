using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using KmsGateway.Cli.Gateways;
using KmsGateway.Cli.Terminal;

namespace KmsGateway.Cli.Commands;

/// <summary><c>kmsgw kms</c>: a gateway's KMS, and the keys that it has unwrapped.</summary>
internal static class KmsCommand
{
    public static Command Create(CliEnvironment environment) => new DocumentedCommand(
        "kms",
        "Tries the KMS, shows the unwrapped keys, unwraps the rest.",
        """
        'validate' does once all that the gateway needs of its KMS, and keeps nothing of it; the KMS bills it. 'warm-up' unwraps the keys
        of all tenants that are not in memory, as many as there is room for. It goes on in the gateway if this command ends.

        Exit codes: 0 done, 1 a step or a tenant failed, or refused by the gateway, 2 usage, not reachable or interrupted.

        Example: kmsgw kms validate --gateway http://localhost:8080
        """)
    {
        AdminCommand.Create(
            "validate",
            "Tries everything that the gateway needs of its KMS.",
            environment,
            (client, _, token) => ValidateAsync(client, environment, token)),
        AdminCommand.Create(
            "cache", "Lists the unwrapped keys in memory.", environment, (client, _, token) => ListCacheAsync(client, environment, token)),
        AdminCommand.Create(
            "warm-up",
            "Unwraps the keys of all tenants that are not in memory.",
            environment,
            async (client, _, token) => await new OperationWatch(client, environment).RunAsync(
                await client.PostOnceAsync("/api/admin/kms/warm-up", null, token), token)),
    };

    private static async Task<int> ValidateAsync(AdminClient client, CliEnvironment environment, CancellationToken cancellationToken)
    {
        var answer = await client.PostOnceAsync("/api/admin/kms/validate", null, cancellationToken);
        var table = new TextTable("STEP", "STATUS", "MS", "ERROR");
        var recommendations = new List<string>();
        foreach (var step in answer.GetProperty("steps").EnumerateArray())
        {
            table.Add(step.Text("step"), step.Text("status"), Milliseconds(step), step.OptionalText("error") ?? "-");
            if (step.OptionalText("recommendation") is { } recommendation)
            {
                recommendations.Add($"{step.Text("step")}: {recommendation}");
            }
        }

        await table.WriteAsync(environment.Out);
        foreach (var recommendation in recommendations)
        {
            await environment.Out.WriteLineAsync(PrintableText.Escape(recommendation));
        }

        return answer.GetProperty("valid").GetBoolean() ? ExitCode.Success : ExitCode.Failure;
    }

    private static string Milliseconds(JsonElement step) =>
        step.TryGetProperty("milliseconds", out var value) ? value.GetDouble().ToString("0.0", CultureInfo.InvariantCulture) : "-";

    private static async Task<int> ListCacheAsync(AdminClient client, CliEnvironment environment, CancellationToken cancellationToken)
    {
        var answer = await client.GetAsync("/api/admin/kms/cache", cancellationToken);
        var table = new TextTable("TENANT", "KEY", "AGE", "LEFT", "USED");
        foreach (var key in answer.GetProperty("keys").EnumerateArray())
        {
            table.Add(
                key.Text("tenant"),
                key.Text("kid"),
                DurationText.Of(key.Seconds("ageSeconds")),
                DurationText.Of(key.Seconds("secondsLeft")),
                key.GetProperty("isUsed").GetBoolean() ? "yes" : "no");
        }

        await table.WriteAsync(environment.Out);
        await environment.Out.WriteLineAsync(CacheText.Of(answer.GetProperty("cache")));
        return ExitCode.Success;
    }
}
