using System.Collections.Concurrent;
using KmsGateway.Testing;
using Microsoft.Playwright;

namespace KmsGateway.EndToEnd.Tests.Reports;

/// <summary>A file opened in Chromium, and all that it then asked for and complained of.</summary>
internal sealed class ReportPage : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> _requests = new();
    private readonly ConcurrentQueue<string> _complaints = new();

    private ReportPage(IPage page)
    {
        Page = page;
        page.Request += (_, request) => _requests.Enqueue(request.Url);
        page.Console += (_, message) => _complaints.Enqueue($"{message.Type}: {message.Text}");
        page.PageError += (_, error) => _complaints.Enqueue(error);
        page.Dialog += (_, dialog) => _complaints.Enqueue($"dialog: {dialog.Message}");
    }

    /// <summary>How long the browser may take for anything, in milliseconds.</summary>
    public static float Limit { get; } = (float)Patience.Limit.TotalMilliseconds;

    public IPage Page { get; }

    public IReadOnlyCollection<string> Requests => _requests;

    /// <summary>Whatever the page wrote to the console; violations of its Content-Security-Policy are among it.</summary>
    public IReadOnlyCollection<string> Complaints => _complaints;

    public static async Task<ReportPage> OpenAsync(IPage page, string file)
    {
        Assertions.SetDefaultExpectTimeout(Limit);
        page.SetDefaultTimeout(Limit);
        var report = new ReportPage(page);
        await page.GotoAsync(new Uri(file).AbsoluteUri);
        return report;
    }

    public async ValueTask DisposeAsync() => await Page.CloseAsync();
}
