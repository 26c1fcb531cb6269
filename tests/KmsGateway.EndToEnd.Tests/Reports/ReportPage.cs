using System.Collections.Concurrent;
using KmsGateway.Testing;
using Microsoft.Playwright;

namespace KmsGateway.EndToEnd.Tests.Reports;

/// <summary>A file opened in Chromium, and all that it then asked for and complained of.</summary>
internal sealed class ReportPage : IAsyncDisposable
{
    private static readonly string[] Arguments =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync",
    ];

    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;
    private readonly ConcurrentQueue<string> _requests = new();
    private readonly ConcurrentQueue<string> _complaints = new();

    private ReportPage(IPlaywright playwright, IBrowser browser, IPage page)
    {
        _playwright = playwright;
        _browser = browser;
        Page = page;
        page.Request += (_, request) => _requests.Enqueue(request.Url);
        page.Console += (_, message) => _complaints.Enqueue($"{message.Type}: {message.Text}");
        page.PageError += (_, error) => _complaints.Enqueue(error);
        page.Dialog += (_, dialog) => _complaints.Enqueue($"dialog: {dialog.Message}");
    }

    public IPage Page { get; }

    public IReadOnlyCollection<string> Requests => _requests;

    /// <summary>Whatever the page wrote to the console; violations of its Content-Security-Policy are among it.</summary>
    public IReadOnlyCollection<string> Complaints => _complaints;

    public static async Task<ReportPage> OpenAsync(string file)
    {
        var chromium = Requires.Program("chromium");
        var playwright = await Playwright.CreateAsync();
        var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = chromium, Args = Arguments });
        var report = new ReportPage(playwright, browser, await browser.NewPageAsync());
        await report.Page.GotoAsync(new Uri(file).AbsoluteUri);
        return report;
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }
}
