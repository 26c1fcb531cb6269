using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace KmsGateway.Cli.Gateways;

/// <summary>What <c>/health/ready</c> and <c>/health/serving</c> answer.</summary>
internal sealed record HealthReport(string Status, IReadOnlyList<HealthCheck> Checks)
{
    public const string Up = "UP";

    public bool IsUp => Status == Up;

    public static bool TryParse(ReadOnlyMemory<byte> json, [NotNullWhen(true)] out HealthReport? report)
    {
        report = null;
        try
        {
            using var document = JsonDocument.Parse(json);
            if (document.RootElement is { ValueKind: JsonValueKind.Object } root && Text(root, "status") is { } status)
            {
                report = new HealthReport(status, [.. Items(root, "checks").Select(Read)]);
            }
        }
        catch (JsonException)
        {
            // Something else answers there; the caller says so.
        }

        return report is not null;
    }

    private static HealthCheck Read(JsonElement check)
    {
        var data = check.ValueKind == JsonValueKind.Object && check.TryGetProperty("data", out var value)
            && value.ValueKind == JsonValueKind.Object
                ? value.EnumerateObject().Select(member => $"{member.Name}={member.Value}")
                : [];
        return new HealthCheck(Text(check, "name") ?? "?", Text(check, "status") ?? "?", [.. data]);
    }

    private static string? Text(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    private static JsonElement[] Items(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var items) && items.ValueKind == JsonValueKind.Array ? [.. items.EnumerateArray()] : [];
}
