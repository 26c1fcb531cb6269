using System.Globalization;
using System.Text.Json;

namespace KmsGateway.Cli.Gateways;

/// <summary>One key of <c>GET /api/admin/keys</c>.</summary>
internal sealed record ListedKey(
    string Kid,
    string Tenant,
    string Purpose,
    string Stage,
    bool Trusted,
    string Origin,
    DateTimeOffset? ActivatedAt,
    DateTimeOffset? ReplaceAt,
    DateTimeOffset? DestroyedAt)
{
    private const string Signing = "signing";

    /// <summary>It signs. Of the others the trust chain knows nothing.</summary>
    public bool IsForSigning => Purpose == Signing;

    public static IReadOnlyList<ListedKey> ReadAll(JsonElement answer) =>
        [.. answer.GetProperty("keys").EnumerateArray().Select(Read)];

    private static ListedKey Read(JsonElement key) => new(
        Text(key, "kid"),
        Text(key, "tenant"),
        // A gateway that does not say it has no others.
        key.OptionalText("purpose") ?? Signing,
        Text(key, "stage"),
        key.GetProperty("trusted").GetBoolean(),
        Text(key, "origin"),
        Time(key, "activatedAt"),
        Time(key, "replaceAt"),
        Time(key, "destroyedAt"));

    private static string Text(JsonElement key, string name) => key.GetProperty(name).GetString() ?? "";

    private static DateTimeOffset? Time(JsonElement key, string name) =>
        key.TryGetProperty(name, out var value)
        && DateTimeOffset.TryParse(value.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : null;
}
