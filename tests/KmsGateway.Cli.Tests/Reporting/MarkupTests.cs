using KmsGateway.Cli.Reporting;
using Xunit;

namespace KmsGateway.Cli.Tests.Reporting;

public sealed class MarkupTests
{
    [Fact]
    public void ToString_TextInAHole_IsNoMarkup()
    {
        const string Text = "<b>\"&'\u001b\u202e\ud800 \u00e9\U0001f600";

        Markup markup = $"""<p title="{Text}">{Text}</p>""";

        const string Escaped = "&lt;b&gt;&quot;&amp;&#x27;\\u{1B}\\u{202E}\ufffd \u00e9&#x1F600;";
        Assert.Equal($"<p title=\"{Escaped}\">{Escaped}</p>", markup.ToString());
    }

    [Fact]
    public void ToString_MarkupInAHole_StaysMarkup()
    {
        Markup[] parts = [$"<li>{"<1>"}</li>", $"<li>{2}</li>"];

        Markup markup = $"<ul>{parts}</ul>";

        Assert.Equal("<ul><li>&lt;1&gt;</li><li>2</li></ul>", markup.ToString());
    }

    [Fact]
    public void ToString_ManyNumbers_AreWrittenInOneCulture()
    {
        Markup markup = $"{-1234567L}";

        Assert.Equal("-1234567", markup.ToString());
    }
}
