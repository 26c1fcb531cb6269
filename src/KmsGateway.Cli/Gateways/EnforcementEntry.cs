using System.Text.Json;

namespace KmsGateway.Cli.Gateways;

/// <summary>A tenant's mode that somebody set for a while.</summary>
internal sealed record EnforcementEntry(string Tenant, string Mode, string Actor, string Reason, DateTimeOffset Until)
{
    public static IReadOnlyList<EnforcementEntry> ReadAll(JsonElement answer) =>
        [.. answer.GetProperty("enforcement").EnumerateArray().Select(Read)];

    public static EnforcementEntry Read(JsonElement entry) => new(
        entry.Text("tenant"), entry.Text("mode"), entry.Text("actor"), entry.Text("reason"), entry.GetProperty("until").GetDateTimeOffset());
}
