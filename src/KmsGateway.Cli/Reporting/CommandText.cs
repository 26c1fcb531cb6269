using KmsGateway.Cli.Terminal;

namespace KmsGateway.Cli.Reporting;

/// <summary>A command line as one would type it again.</summary>
internal static class CommandText
{
    public static string Of(IEnumerable<string> command) => PrintableText.Escape(string.Join(' ', command.Select(Quote)));

    private static string Quote(string argument) =>
        argument.Length > 0 && argument.All(c => char.IsAsciiLetterOrDigit(c) || "-_./:=,+@%".Contains(c, StringComparison.Ordinal))
            ? argument
            : $"'{argument.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
