namespace KmsGateway.Cli.Terminal;

/// <summary>Options that take several values, separated by commas or given again.</summary>
internal static class CommaList
{
    private const StringSplitOptions Splitting = StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries;

    public static IReadOnlyList<string> Split(IEnumerable<string> values) => [.. values.SelectMany(value => value.Split(',', Splitting))];
}
