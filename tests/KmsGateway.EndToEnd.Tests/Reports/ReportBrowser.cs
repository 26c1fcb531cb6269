using KmsGateway.EndToEnd.Tests.Evidence;
using KmsGateway.Testing;
using KmsGateway.Testing.Processes;
using Microsoft.Playwright;
using Xunit;

namespace KmsGateway.EndToEnd.Tests.Reports;

/// <summary>The report of an altered span with a hostile name, and Chromium to open it: one for all tests of a class.</summary>
public sealed class ReportBrowser(SignedLine signed) : IAsyncDisposable
{
    public const string HostileName = "<script>alert(1)</script><img src=http://127.0.0.1:9/x onerror=alert(2)>";

    private static readonly string[] Arguments =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync",
    ];

    private readonly TemporaryFolder _folder = new();
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public string File => _folder["report.html"];

    /// <summary>Opens the report in a page that shares nothing with others.</summary>
    internal async Task<ReportPage> OpenAsync()
    {
        _browser ??= await StartAsync(Requires.Program("chromium"));
        return await ReportPage.OpenAsync(await _browser.NewPageAsync(), File);
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
        _folder.Dispose();
    }

    private async Task<IBrowser> StartAsync(string chromium)
    {
        var traces = await signed.WriteAsync(request => request.Span["name"] = HostileName);
        var program = await CliProcess.RunAsync("verify", traces, "--trust", signed.TrustFile, "--format", "html");
        program.ExitedWith(1);
        await System.IO.File.WriteAllTextAsync(File, program.Output, TestContext.Current.CancellationToken);

        _playwright = await Playwright.CreateAsync();
        return await _playwright.Chromium.LaunchAsync(
            new BrowserTypeLaunchOptions { ExecutablePath = chromium, Args = Arguments, Timeout = ReportPage.Limit });
    }
}
