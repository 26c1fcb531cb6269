using System.Text;
using System.Text.RegularExpressions;
using Deque.AxeCore.Playwright;
using KmsGateway.EndToEnd.Tests.Evidence;
using KmsGateway.Testing;
using KmsGateway.Testing.Processes;
using Microsoft.Playwright;
using Xunit;

namespace KmsGateway.EndToEnd.Tests.Reports;

/// <summary>The HTML report of a span that was tampered with by somebody who hopes that it is read in a browser.</summary>
public sealed partial class HtmlReportTests(SignedLine signed) : IClassFixture<SignedLine>
{
    private const string HostileName = "<script>alert(1)</script><img src=http://127.0.0.1:9/x onerror=alert(2)>";

    [Fact]
    public async Task Open_ReportOfAlteredSpan_ShowsResultAndNameAsText()
    {
        using var folder = new TemporaryFolder();
        await using var report = await OpenAsync(folder);

        await Assertions.Expect(report.Page.GetByRole(AriaRole.Heading, new() { Name = "NOT verified", Exact = true })).ToBeVisibleAsync();
        var exceptions = report.Page.GetByRole(AriaRole.Table, new() { Name = "Did not verify: 1 span" });
        await Assertions.Expect(exceptions.GetByRole(AriaRole.Rowheader)).ToHaveTextAsync("altered:core");
        await Assertions.Expect(exceptions.GetByText(HostileName)).ToBeVisibleAsync();
        Assert.Equal(0, await report.Page.Locator("script, img, iframe, link, [onerror]").CountAsync());
    }

    [Fact]
    public async Task Open_ReportOfAlteredSpan_AsksForNothingAndBreaksNoRule()
    {
        using var folder = new TemporaryFolder();
        await using var report = await OpenAsync(folder);

        var banner = report.Page.Locator(".result");
        await Assertions.Expect(banner).ToHaveCSSAsync("border-left-style", "solid");
        Assert.Equal([new Uri(folder["report.html"]).AbsoluteUri], report.Requests);
        Assert.Empty(report.Complaints);
    }

    [Fact]
    public async Task Print_Report_HasPages()
    {
        using var folder = new TemporaryFolder();
        await using var report = await OpenAsync(folder);

        var pdf = Encoding.Latin1.GetString(await report.Page.PdfAsync(new() { PreferCSSPageSize = true }));

        Assert.StartsWith("%PDF-", pdf, StringComparison.Ordinal);
        Assert.InRange(PdfPage().Count(pdf), 2, 10);
    }

    [Theory]
    [InlineData(1280)]
    [InlineData(360)]
    public async Task Open_Report_IsAccessible(int width)
    {
        using var folder = new TemporaryFolder();
        await using var report = await OpenAsync(folder);
        await report.Page.SetViewportSizeAsync(width, 800);

        var result = await report.Page.RunAxe();

        Assert.NotEmpty(result.Passes);
        Assert.Empty(result.Violations.Select(violation =>
            $"{violation.Impact}: {violation.Help} at {string.Join(", ", violation.Nodes.Select(node => node.Html))}"));
    }

    private async Task<ReportPage> OpenAsync(TemporaryFolder folder)
    {
        var traces = await signed.WriteAsync(request => request.Span["name"] = HostileName);
        var program = await CliProcess.RunAsync("verify", traces, "--trust", signed.TrustFile, "--format", "html");
        program.ExitedWith(1);
        await File.WriteAllTextAsync(folder["report.html"], program.Output, TestContext.Current.CancellationToken);
        return await ReportPage.OpenAsync(folder["report.html"]);
    }

    [GeneratedRegex(@"/Type\s*/Page\b", RegexOptions.None, 1000)]
    private static partial Regex PdfPage();
}
