using System.Text.Json;

namespace KmsGateway.Cli.Gateways;

/// <summary>Members of a gateway's answers. One that it has nothing to say for is missing there.</summary>
internal static class AnswerMembers
{
    public static string Text(this JsonElement answer, string name) => answer.GetProperty(name).GetString() ?? "";

    public static string? OptionalText(this JsonElement answer, string name) =>
        answer.TryGetProperty(name, out var value) ? value.GetString() : null;

    public static IReadOnlyList<string> Texts(this JsonElement answer, string name) =>
        [.. answer.GetProperty(name).EnumerateArray().Select(item => item.GetString() ?? "")];

    public static TimeSpan Seconds(this JsonElement answer, string name) => TimeSpan.FromSeconds(answer.GetProperty(name).GetDouble());
}
