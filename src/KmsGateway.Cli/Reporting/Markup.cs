using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using KmsGateway.Cli.Terminal;

namespace KmsGateway.Cli.Reporting;

/// <summary>
/// Markup, written as an interpolated string: its literal parts are markup, its holes are texts, which are made visible and escaped, or
/// markup again. So a text can become markup nowhere.
/// </summary>
[InterpolatedStringHandler]
internal readonly struct Markup
{
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    private readonly StringBuilder _markup;

    public Markup(int literalLength, int formattedCount)
    {
        _markup = new StringBuilder(literalLength + (32 * formattedCount));
    }

    /// <summary>Markup of this program's own that is no literal.</summary>
    public static Markup Trusted(string markup)
    {
        var trusted = new Markup(markup.Length, 0);
        trusted.AppendLiteral(markup);
        return trusted;
    }

    public void AppendLiteral(string markup) => _markup.Append(markup);

    public void AppendFormatted(string? text) => _markup.Append(Encoder.Encode(PrintableText.Escape(text ?? "")));

    public void AppendFormatted(long number) => _markup.Append(ReportWords.Number(number));

    public void AppendFormatted(Markup markup) => _markup.Append(markup._markup);

    public void AppendFormatted(IEnumerable<Markup> parts)
    {
        foreach (var part in parts)
        {
            AppendFormatted(part);
        }
    }

    public override string ToString() => _markup.ToString();
}
