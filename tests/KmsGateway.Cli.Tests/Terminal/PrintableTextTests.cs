using KmsGateway.Cli.Terminal;
using Xunit;

namespace KmsGateway.Cli.Tests.Terminal;

public sealed class PrintableTextTests
{
    [Theory]
    [InlineData("plain äöü 漢字 😀", "plain äöü 漢字 😀")]
    [InlineData("a\u001b]0;title\u0007b", "a\\u{1B}]0;title\\u{7}b")]
    [InlineData("zero\u200bwidth", "zero\\u{200B}width")]
    [InlineData("turn\u2066ed", "turn\\u{2066}ed")]
    [InlineData("two\u2028lines", "two\\u{2028}lines")]
    [InlineData("tag\U000E0041", "tag\\u{E0041}")]
    [InlineData("\ue000", "\\u{E000}")]
    public void Escape_Text_LeavesOnlyWhatOneSees(string text, string expected) => Assert.Equal(expected, PrintableText.Escape(text));

    [Fact]
    public void Escape_UnpairedSurrogate_IsReplaced() => Assert.Equal("a\ufffdb", PrintableText.Escape("a\ud800b"));

    [Fact]
    public void Quote_LongText_IsCut() => Assert.Equal(200 + "\"...\"".Length, PrintableText.Quote(new string('x', 10_000)).Length);

    [Fact]
    public void Quote_BackslashAndQuote_AreTold() => Assert.Equal("\"\\\\u{1B} \\\" \\u{1B}\"", PrintableText.Quote("\\u{1B} \" \u001b"));
}
