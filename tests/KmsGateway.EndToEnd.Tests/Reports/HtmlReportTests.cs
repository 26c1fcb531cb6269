using System.Text;
using System.Text.RegularExpressions;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Xunit;

namespace KmsGateway.EndToEnd.Tests.Reports;

/// <summary>The HTML report of a span that was tampered with by somebody who hopes that it is read in a browser.</summary>
public sealed partial class HtmlReportTests(ReportBrowser browser) : IClassFixture<ReportBrowser>
{
    [Fact]
    public async Task Open_ReportOfAlteredSpan_ShowsResultAndNameAsText()
    {
        await using var report = await browser.OpenAsync();

        await Assertions.Expect(report.Page.GetByRole(AriaRole.Heading, new() { Name = "NOT verified", Exact = true })).ToBeVisibleAsync();
        var exceptions = report.Page.GetByRole(AriaRole.Table, new() { Name = "Did not verify: 1 span" });
        await Assertions.Expect(exceptions.GetByRole(AriaRole.Rowheader)).ToHaveTextAsync("altered:core");
        await Assertions.Expect(exceptions.GetByText(ReportBrowser.HostileName)).ToBeVisibleAsync();
        Assert.Equal(0, await report.Page.Locator("script, img, iframe, link, [onerror]").CountAsync());
    }

    [Fact]
    public async Task Open_ReportOfAlteredSpan_AsksForNothingAndBreaksNoRule()
    {
        await using var report = await browser.OpenAsync();

        var banner = report.Page.Locator(".result");
        await Assertions.Expect(banner).ToHaveCSSAsync("border-left-style", "solid");
        Assert.Equal([new Uri(browser.File).AbsoluteUri], report.Requests);
        Assert.Empty(report.Complaints);
    }

    [Fact]
    public async Task Print_Report_HasPages()
    {
        await using var report = await browser.OpenAsync();

        var pdf = Encoding.Latin1.GetString(await report.Page.PdfAsync(new() { PreferCSSPageSize = true }));

        Assert.StartsWith("%PDF-", pdf, StringComparison.Ordinal);
        Assert.InRange(PdfPage().Count(pdf), 2, 10);
    }

    [Theory]
    [InlineData(1280)]
    [InlineData(360)]
    public async Task Open_Report_IsAccessible(int width)
    {
        await using var report = await browser.OpenAsync();
        await report.Page.SetViewportSizeAsync(width, 800);

        var result = await report.Page.RunAxe();

        Assert.NotEmpty(result.Passes);
        Assert.Empty(result.Violations.Select(violation =>
            $"{violation.Impact}: {violation.Help} at {string.Join(", ", violation.Nodes.Select(node => node.Html))}"));
    }

    [GeneratedRegex(@"/Type\s*/Page\b", RegexOptions.None, 1000)]
    private static partial Regex PdfPage();
}
