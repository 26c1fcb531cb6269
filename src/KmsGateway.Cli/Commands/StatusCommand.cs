using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using KmsGateway.Cli.Gateways;
using KmsGateway.Cli.Terminal;

namespace KmsGateway.Cli.Commands;

/// <summary><c>kmsgw status</c>: how a gateway stands with its KMS and its keys, at a glance.</summary>
internal static class StatusCommand
{
    private const int MaxNames = 10;

    public static Command Create(CliEnvironment environment) => AdminCommand.Create(
        new DocumentedCommand(
            "status",
            "Shows how a gateway stands with its KMS and its keys.",
            """
            Only the probe of the KMS decides the exit code; keys that are overdue, open circuits and tenants without a key are shown.

            Exit codes: 0 the probe is up, 1 it is not, or refused by the gateway, 2 usage or not reachable.

            Example: kmsgw status --gateway http://localhost:8080
            """),
        environment,
        (client, _, token) => RunAsync(client, environment, token));

    private static async Task<int> RunAsync(AdminClient client, CliEnvironment environment, CancellationToken cancellationToken)
    {
        var answer = await client.GetAsync("/api/admin/kms/status", cancellationToken);
        var kms = answer.GetProperty("kms");
        var isUp = kms.Text("probe") == "up";
        List<string> lines =
        [
            Probe(kms, isUp, environment.Time.GetUtcNow()),
            $"circuits: {Join(kms.GetProperty("circuits").EnumerateArray().Select(Circuit))}",
            CacheText.Of(kms.GetProperty("cache")),
            $"tenants: {kms.GetProperty("tenants").GetInt32()}, keys overdue: {kms.GetProperty("overdueKeys").GetInt32()}, "
                + $"without a key: {Names(kms.Texts("tenantsWithoutKey"))}",
            $"clock: {Join(kms.GetProperty("clockSkewSeconds").EnumerateObject().Select(Skew))}",
            .. BreakGlass(answer),
        ];
        foreach (var line in lines)
        {
            await environment.Out.WriteLineAsync(PrintableText.Escape(line));
        }

        return isUp ? ExitCode.Success : ExitCode.Failure;
    }

    private static string Probe(JsonElement kms, bool isUp, DateTimeOffset now)
    {
        List<string> facts = [$"kms: {kms.Text("probe")} ({kms.Text("provider")})"];
        if (!isUp && kms.OptionalText("error") is { } error)
        {
            facts.Add(error);
        }

        if (kms.TryGetProperty("latencyMs", out var latency))
        {
            facts.Add($"{latency.GetInt64()} ms");
        }

        facts.Add(kms.TryGetProperty("lastSuccess", out var success)
            ? $"last success {DurationText.Of(Max(now - success.GetDateTimeOffset(), TimeSpan.Zero))} ago"
            : "no success yet");
        return string.Join(", ", facts);
    }

    // Two clocks: the gateway's may be ahead of this one.
    private static TimeSpan Max(TimeSpan left, TimeSpan right) => left > right ? left : right;

    private static string Circuit(JsonElement circuit) => $"{circuit.Text("name")} {circuit.Text("state")}";

    private static string Skew(JsonProperty source)
    {
        var ahead = source.Value.GetDouble();
        return string.Create(CultureInfo.InvariantCulture, $"{Math.Abs(ahead):0.0} s {(ahead < 0 ? "behind" : "ahead of")} {source.Name}");
    }

    private static IEnumerable<string> BreakGlass(JsonElement answer)
    {
        var entries = EnforcementEntry.ReadAll(answer);
        return entries.Count == 0
            ? ["break-glass: none"]
            : entries.Select(entry => $"break-glass: {entry.Tenant} {entry.Mode} until {entry.Until:u} by {entry.Actor}: {entry.Reason}");
    }

    private static string Names(IReadOnlyList<string> names) =>
        names.Count > MaxNames ? $"{Join(names.Take(MaxNames))} and {names.Count - MaxNames} more" : Join(names);

    private static string Join(IEnumerable<string> items) => string.Join(", ", items.DefaultIfEmpty("none"));
}
