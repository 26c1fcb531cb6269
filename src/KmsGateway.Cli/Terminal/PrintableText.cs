using System.Globalization;
using System.Text;

namespace KmsGateway.Cli.Terminal;

/// <summary>Text from elsewhere, made fit for a terminal and for one line.</summary>
internal static class PrintableText
{
    // A span's name may be as long as a request; a line of a report may not.
    private const int MaxQuotedRunes = 200;

    /// <summary>
    /// Escapes what a terminal would act on, or an eye would not see: control characters, escape sequences, changes of direction, line
    /// separators.
    /// </summary>
    public static string Escape(string text, int maxRunes = int.MaxValue)
    {
        var result = new StringBuilder(text.Length);
        var runes = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (runes++ == maxRunes)
            {
                result.Append("...");
                break;
            }

            if (IsPrintable(rune))
            {
                result.Append(rune.ToString());
            }
            else
            {
                result.Append(CultureInfo.InvariantCulture, $"\\u{{{rune.Value:X}}}");
            }
        }

        return result.ToString();
    }

    /// <summary>The same in quotation marks, so that one sees where it begins and ends.</summary>
    public static string Quote(string text)
    {
        var marked = text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
        return $"\"{Escape(marked, MaxQuotedRunes)}\"";
    }

    private static bool IsPrintable(Rune rune) => Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control
        or UnicodeCategory.Format
        or UnicodeCategory.Surrogate
        or UnicodeCategory.PrivateUse
        or UnicodeCategory.OtherNotAssigned
        or UnicodeCategory.LineSeparator
        or UnicodeCategory.ParagraphSeparator);
}
