using System.Xml.Linq;
using KmsGateway.Cli.Tests.Fixtures;
using Xunit;

namespace KmsGateway.Cli.Tests.Reporting;

public sealed class JunitReportTests : IDisposable
{
    // What Jenkins' junit-10.xsd has for these elements; GitLab and the actions for GitHub read a subset of it.
    private static readonly Dictionary<string, string[]> Schema = new(StringComparer.Ordinal)
    {
        ["testsuites"] = ["name", "time", "tests", "failures", "errors", "/testsuite"],
        ["testsuite"] = ["name", "time", "tests", "failures", "errors", "skipped", "/properties", "/testcase"],
        ["properties"] = ["/property"],
        ["property"] = ["name", "value"],
        ["testcase"] = ["name", "classname", "time", "/error", "/failure", "/system-out"],
        ["error"] = ["type", "message"],
        ["failure"] = ["type", "message"],
        ["system-out"] = [],
    };

    private readonly AuditWorkplace _audit = new();

    public void Dispose() => _audit.Dispose();

    [Fact]
    public async Task Verify_Junit_HasACaseForEachJudgedSpan()
    {
        var report = await VerifyAsync(1, [_audit.Signed(1), _audit.Altered(2), Requests.Compliance(3), Requests.Ordinary()]);

        var suite = Assert.Single(report.Elements("testsuite"));
        Assert.Equal("traces.jsonl", Value(suite, "name"));
        var cases = suite.Elements("testcase").ToList();
        Assert.Equal(3, cases.Count);
        Assert.Empty(cases[0].Elements());
        Assert.Equal(
            $"approve payment (trace {Requests.TraceId}, span {Requests.SpanId(2)}, line 2)", Value(cases[1], "name"));
        Assert.All(cases, testcase => Assert.Equal("default", Value(testcase, "classname")));
        Assert.Equal("altered:attr", Value(Assert.Single(cases[1].Elements("failure")), "type"));
        Assert.Equal("unsigned", Value(Assert.Single(cases[2].Elements("error")), "type"));
    }

    [Fact]
    public async Task Verify_JunitOfSeveralFiles_HasASuiteForEach()
    {
        _audit.Work.Write("good.jsonl", _audit.Signed(1), _audit.Signed(2));
        _audit.Work.Write("bad.jsonl", _audit.Altered(3), Requests.Compliance(4), "nonsense");

        var result = await _audit.VerifyFilesAsync(["good.jsonl", "gone.jsonl", "bad.jsonl", "good.jsonl"], "--format", "junit");

        var report = Parse(result, 2);
        Assert.Equal(
            ["good.jsonl 2 0 0", "gone.jsonl 1 0 1", "bad.jsonl 3 1 2", "good.jsonl 2 0 0"],
            report.Elements("testsuite").Select(suite =>
                $"{Value(suite, "name")} {Value(suite, "tests")} {Value(suite, "failures")} {Value(suite, "errors")}"));
        Assert.Equal(["8", "1", "3"], new[] { "tests", "failures", "errors" }.Select(name => Value(report, name)));
        var unread = report.Descendants("error").Where(error => Value(error, "type") == "input").Select(error => Value(error, "message"));
        Assert.Equal("gone.jsonl: no such file", unread.First());
        Assert.StartsWith("bad.jsonl: line 3: not JSON", unread.Last(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_JunitOfRepeatedSpan_PassesWithARemark()
    {
        var signed = _audit.Signed();

        var report = await VerifyAsync(0, [signed, signed]);

        var remark = Assert.Single(report.Descendants("system-out"));
        Assert.StartsWith("duplicate: tenant default, key ", remark.Value, StringComparison.Ordinal);
        Assert.Equal("0", Value(report, "failures"));
        Assert.Equal("0", Value(report, "errors"));
    }

    [Fact]
    public async Task Verify_JunitOfNothing_IsNoSuccess()
    {
        var report = await VerifyAsync(4, [Requests.Ordinary()]);

        Assert.Equal("1", Value(report, "errors"));
        Assert.Equal("nothing-to-verify", Value(Assert.Single(report.Descendants("error")), "type"));
    }

    [Fact]
    public async Task Verify_Junit_HasTrustInItsProperties()
    {
        var pinned = await VerifyAsync(0, [_audit.Signed()], "--root", _audit.Evidence.Root.Kid);
        var unpinned = await VerifyAsync(0, [_audit.Signed()]);

        Assert.Equal("trust.json", Property(pinned, "trust"));
        Assert.Equal(_audit.Evidence.Root.Kid, Property(pinned, "root"));
        Assert.Equal("true", Property(pinned, "pinned"));
        Assert.Equal("false", Property(unpinned, "pinned"));
        Assert.StartsWith("kmsgw ", Property(pinned, "tool"), StringComparison.Ordinal);
        Assert.Equal("kmsgw-span/1", Property(pinned, "format"));
    }

    [Theory]
    [InlineData("\u0000\u0008\u001b[2J\r\n\u009b\u202e]]>&\"'<failure/>\ufffe\uffff")]
    [InlineData("\ud800")]
    [InlineData("")]
    public async Task Verify_JunitOfHostileName_IsWellFormed(string name)
    {
        var hostile = _audit.Signed(1).Replace("\"approve payment\"", Json(name), StringComparison.Ordinal);

        var result = await _audit.VerifyAsync([hostile], "--format", "junit");

        var report = Parse(result, 1);
        Assert.Single(report.Descendants("testcase"));
        Assert.DoesNotContain(result.Out, character => char.IsControl(character) && character != '\n');
        Assert.DoesNotContain('\u202e', result.Out);
    }

    [Theory]
    [InlineData("verify", "traces.jsonl", "--trust", "gone.json", "--format", "junit")]
    [InlineData("verify", "traces.jsonl", "--format=junit")]
    [InlineData("verify", "--format", "junit")]
    public async Task Verify_JunitOfWrongUsage_IsOneError(params string[] args)
    {
        await _audit.VerifyAsync([Requests.Ordinary()]);

        var result = await _audit.Work.RunAsync(args);

        var report = Parse(result, 2);
        Assert.Equal("1", Value(report, "errors"));
        Assert.Contains(Value(Assert.Single(report.Descendants("error")), "message"), result.Error, StringComparison.Ordinal);
    }

    private static string Json(string text) =>
        text == "\ud800" ? "\"\\ud800\"" : System.Text.Json.JsonSerializer.Serialize(text);

    private static string Value(XElement element, string name) => element.Attribute(name)!.Value;

    private static string Property(XElement report, string name) =>
        Value(report.Descendants("property").Single(property => Value(property, "name") == name), "value");

    private static XElement Parse(CliResult result, int exitCode)
    {
        Assert.Equal(exitCode, result.ExitCode);
        var report = XDocument.Parse(result.Out).Root!;
        Assert.All(report.DescendantsAndSelf(), element =>
        {
            var known = Schema[element.Name.LocalName];
            Assert.All(element.Attributes(), attribute => Assert.Contains(attribute.Name.LocalName, known));
            Assert.All(element.Elements(), child => Assert.Contains("/" + child.Name.LocalName, known));
        });
        return report;
    }

    private async Task<XElement> VerifyAsync(int exitCode, string[] lines, params string[] options) =>
        Parse(await _audit.VerifyAsync(lines, ["--format", "junit", .. options]), exitCode);
}
