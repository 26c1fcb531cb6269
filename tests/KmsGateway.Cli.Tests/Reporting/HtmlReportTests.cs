using System.Text.RegularExpressions;
using KmsGateway.Cli.Tests.Fixtures;
using KmsGateway.Cryptography;
using KmsGateway.Testing;
using Xunit;

namespace KmsGateway.Cli.Tests.Reporting;

public sealed partial class HtmlReportTests : IDisposable
{
    private readonly AuditWorkplace _audit = new();

    public void Dispose() => _audit.Dispose();

    [Fact]
    public async Task Verify_Html_SaysTheResultFirst()
    {
        Assert.Equal((0, "Verified"), await ResultAsync(_audit.Signed()));
        Assert.Equal((1, "NOT verified"), await ResultAsync(_audit.Altered()));
        Assert.Equal((4, "Cannot be verified"), await ResultAsync(Requests.Compliance()));
        Assert.Equal((4, "Cannot be verified"), await ResultAsync(Requests.Ordinary()));
        Assert.Equal((2, "Incomplete reading"), await ResultAsync("nonsense"));
    }

    [Fact]
    public async Task Verify_Html_SaysWhatTheTextReportSays()
    {
        string[] lines = [_audit.Signed(1), _audit.Altered(2), Requests.Compliance(3), Requests.Ordinary()];
        var text = (await _audit.VerifyAsync(lines)).Out;

        var html = Readable((await _audit.VerifyAsync(lines, "--format", "html")).Out);

        string[] labels = ["RESULT", "sha256", "rules", "above"];
        var said = Words().Matches(text).Select(match => match.Value).Except(labels);
        Assert.All(said, word => Assert.Contains(word, html, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Verify_Html_IsOneFileWithoutScriptsAndWithAStrictPolicy()
    {
        var html = await HtmlAsync(_audit.Altered(name: "<script>alert(1)</script><img src=x onerror=alert(1)>"));

        Assert.Contains("default-src &#x27;none&#x27;", html, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<img", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("style=", html, StringComparison.Ordinal);
        Assert.DoesNotContain("url(", html, StringComparison.Ordinal);
        Assert.DoesNotContain("http", html.Replace("http-equiv", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;alert(1)&lt;/script&gt;", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_HtmlOfHostileName_ShowsWhatOneWouldNotSee()
    {
        var html = await HtmlAsync(_audit.Altered(name: "\u001b[2J\u202egood\r\n\u0000"));

        Assert.DoesNotContain(html, character => char.IsControl(character) && character != '\n');
        Assert.DoesNotContain('\u202e', html);
        Assert.Contains(@"\u{1B}[2J\u{202E}good\u{D}\u{A}\u{0}", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_HtmlOfUnpinnedRoot_WarnsAboutIt()
    {
        var unpinned = await _audit.VerifyAsync([_audit.Signed()], "--format", "html");
        var pinned = await _audit.VerifyAsync([_audit.Signed()], "--format", "html", "--root", _audit.Evidence.Root.Kid);

        Assert.Contains("Trust is UNPINNED.", unpinned.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("UNPINNED", pinned.Out, StringComparison.Ordinal);
        Assert.Contains($"{_audit.Evidence.Root.Kid} pinned", pinned.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_HtmlOfSignaturesAfterTheTrustFile_WarnsAboutIt()
    {
        var inTime = await HtmlAsync(_audit.Signed(1));
        _audit.Evidence.Time.Advance(TimeSpan.FromDays(1));
        var late = await HtmlAsync(_audit.Signed(2));

        Assert.DoesNotContain("The trust file is old.", inTime, StringComparison.Ordinal);
        Assert.Contains("The trust file is old.", late, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_HtmlOfManyExceptions_ListsAHundredOfEachKindAndLeavesNoTemporaryFile()
    {
        var before = TemporaryFiles();
        string[] lines = [.. Enumerable.Range(1, 120).Select(number => Requests.Compliance(number)), _audit.Altered(500)];

        var capped = await HtmlAsync(lines);
        var verbose = await _audit.VerifyAsync(lines, "--format", "html", "--verbose");

        Assert.Equal(101, RowsIn(capped));
        Assert.Contains("and 20 more spans of this kind; --verbose lists all.", capped, StringComparison.Ordinal);
        Assert.True(
            capped.IndexOf("altered:attr", StringComparison.Ordinal) < capped.IndexOf(">unsigned<", StringComparison.Ordinal),
            "What did not verify stands before what cannot be verified.");
        Assert.Equal(121, RowsIn(verbose.Out));
        Assert.Empty(TemporaryFiles().Except(before));
    }

    [Fact]
    public async Task Verify_HtmlOfAnyOutcome_NeverSaysCompliant()
    {
        foreach (var line in new[] { _audit.Signed(), _audit.Altered(), Requests.Compliance(), Requests.Ordinary(), "nonsense" })
        {
            Assert.DoesNotContain("compliant", await HtmlAsync(line), StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public async Task Verify_Html_HoldsTheLimitsOfTheFormat()
    {
        var format = await File.ReadAllTextAsync(
            Path.Combine(RepositoryLayout.Root, "docs", "format.md"), TestContext.Current.CancellationToken);
        var section = Words(format.Split("It does not prove\n")[1].Split("### 1.1")[0]);
        var limits = section.Split("- ")[1..5].Select(limit => limit.TrimEnd(',', ' '));

        var html = Words(Readable(await HtmlAsync(_audit.Signed())));

        Assert.All(limits, limit => Assert.Contains(limit, html, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Verify_HtmlOfRevokedKey_SaysSince()
    {
        var signed = _audit.Signed();
        _audit.Evidence.Append(
            _audit.Key, EvidenceFixture.Tenant, KeyStatus.Revoked, reason: KeyEvent.Compromise,
            revokedAt: UnixNanoseconds.From(EvidenceFixture.Start.AddHours(1)));

        var html = await HtmlAsync(signed);

        Assert.Contains("revoked 2026-03-04T06:06:07.000000000Z (compromise)", html, StringComparison.Ordinal);
    }

    private static string[] TemporaryFiles() => Directory.GetFiles(Path.GetTempPath(), "kmsgw-*");

    private static int RowsIn(string html) => Row().Count(html);

    private static string Readable(string html) => System.Net.WebUtility.HtmlDecode(Tag().Replace(html, " "));

    private static string Words(string text) => string.Join(' ', text.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries));

    private async Task<(int ExitCode, string Heading)> ResultAsync(string line)
    {
        var result = await _audit.VerifyAsync([line], "--format", "html");
        return (result.ExitCode, Heading().Match(result.Out).Groups["text"].Value);
    }

    private async Task<string> HtmlAsync(params string[] lines) => (await _audit.VerifyAsync(lines, "--format", "html")).Out;

    [GeneratedRegex("<h2 id=\"[a-z]+\">(?<text>[^<]+)</h2>", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Heading();

    [GeneratedRegex("<li>trace ", RegexOptions.None, 1000)]
    private static partial Regex Row();

    [GeneratedRegex("<style>.*?</style>|<[^>]*>", RegexOptions.Singleline, 1000)]
    private static partial Regex Tag();

    [GeneratedRegex("[A-Za-z0-9_-]{4,}", RegexOptions.None, 1000)]
    private static partial Regex Words();
}
