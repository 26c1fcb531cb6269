using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using KmsGateway.Cli.Tests.Fixtures;
using KmsGateway.Cryptography;
using Xunit;

namespace KmsGateway.Cli.Tests.Commands;

public sealed class VerifyJsonReportTests : IDisposable
{
    private readonly EvidenceFixture _evidence = new();
    private readonly Workplace _work = new();
    private readonly SigningKey _key;

    public VerifyJsonReportTests()
    {
        _key = _evidence.AddKey(1);
    }

    public void Dispose()
    {
        _work.Dispose();
        _evidence.Dispose();
    }

    [Fact]
    public async Task Verify_Json_HasAllMembersInOneOrder()
    {
        var report = (await VerifyAsync(_evidence.Sign(Requests.Compliance(), _key))).Json();

        Assert.Equal(
            [
                "tool", "format", "command", "trust", "tenant", "min_coverage", "allow_added", "spans", "inputs", "period", "population",
                "keys", "policies", "verified_under_further_policies", "policy_documents", "checks", "errors", "result", "exit_code",
            ],
            Names(report));
        Assert.Equal(["name", "version"], Names(report.GetProperty("tool")));
        Assert.Equal(["source", "sha256", "root", "pinned", "as_of"], Names(report.GetProperty("trust")));
        Assert.Equal(["path", "sha256", "bytes", "spans", "error"], Names(report.GetProperty("inputs")[0]));
        Assert.Equal(["seen", "judged", "verified", "ordinary", "by_verdict"], Names(report.GetProperty("population")));
        Assert.Equal(["performed", "not_performed"], Names(report.GetProperty("checks")));
        Assert.Equal(
            [
                "file", "line", "trace_id", "span_id", "name", "verdict", "groups", "reason", "kid", "tenant", "iat", "pol", "additions",
            ],
            Names(report.GetProperty("spans")[0]));
    }

    [Fact]
    public async Task Verify_Json_SaysWhatWasReadAndFound()
    {
        var first = _evidence.Sign(Requests.Compliance(1), _key);
        _evidence.Time.Advance(TimeSpan.FromSeconds(1.5));
        var second = _evidence.Sign(Requests.Compliance(2), _key).Replace("250.00", "950.00", StringComparison.Ordinal);

        var result = await VerifyAsync(first, second, Requests.Ordinary());

        var report = result.Json();
        var file = File.ReadAllBytes(Path.Combine(_work.Folder, "traces.jsonl"));
        var input = report.GetProperty("inputs")[0];
        Assert.Equal("traces.jsonl", Text(input, "path"));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(file)), Text(input, "sha256"));
        Assert.Equal(file.Length, input.GetProperty("bytes").GetInt32());
        Assert.Equal(3, input.GetProperty("spans").GetInt32());
        Assert.Equal("kmsgw-span/1", Text(report, "format"));
        Assert.Equal("default", Text(report, "tenant"));
        Assert.Equal("2026-03-04T05:06:07.000000000Z", Text(report.GetProperty("period"), "from"));
        Assert.Equal("2026-03-04T05:06:08.500000000Z", Text(report.GetProperty("period"), "to"));
        Assert.Equal("2026-03-04T05:06:07.000000000Z", Text(report.GetProperty("trust"), "as_of"));
        Assert.Equal(_evidence.Root.Kid, Text(report.GetProperty("trust"), "root"));
        Assert.False(report.GetProperty("trust").GetProperty("pinned").GetBoolean());
        Assert.Equal(
            """{"seen":3,"judged":2,"verified":1,"ordinary":1,"by_verdict":{"altered:attr":1,"verified":1}}""",
            JsonSerializer.Serialize(report.GetProperty("population")));
        Assert.Equal("integrity-failure", Text(report, "result"));
        Assert.Equal(result.ExitCode, report.GetProperty("exit_code").GetInt32());
        var altered = report.GetProperty("spans")[1];
        Assert.Equal("altered:attr", Text(altered, "verdict"));
        Assert.Equal("""["attr"]""", JsonSerializer.Serialize(altered.GetProperty("groups")));
        Assert.Equal(2, altered.GetProperty("line").GetInt32());
        Assert.Equal(Requests.TraceId, Text(altered, "trace_id"));
        Assert.Equal(Requests.SpanId(2), Text(altered, "span_id"));
        Assert.Equal(_key.Kid, Text(altered, "kid"));
        Assert.Equal("default", Text(altered, "tenant"));
    }

    [Fact]
    public async Task Verify_JsonTwice_IsTheSame()
    {
        var signed = _evidence.Sign(Requests.Compliance(), _key);

        Assert.Equal((await VerifyAsync(signed)).Out, (await VerifyAsync(signed)).Out);
    }

    [Fact]
    public async Task Verify_JsonOfBrokenFile_IsValid()
    {
        var result = await VerifyAsync(_evidence.Sign(Requests.Compliance(), _key), "nonsense");

        var report = result.Json();
        Assert.Equal(2, result.ExitCode);
        Assert.Equal("error", Text(report, "result"));
        Assert.Equal(2, report.GetProperty("exit_code").GetInt32());
        Assert.Contains("line 2", report.GetProperty("errors")[0].GetString(), StringComparison.Ordinal);
        Assert.Contains("line 2", result.Error, StringComparison.Ordinal);
        Assert.Equal(1, report.GetProperty("spans").GetArrayLength());
    }

    [Theory]
    [InlineData("verify", "traces.jsonl", "--trust", "gone.json", "--format", "json")]
    [InlineData("verify", "traces.jsonl", "--trust", "trust.json", "--format", "json", "--tenant", "a b")]
    [InlineData("verify", "traces.jsonl", "--format=json")]
    [InlineData("verify", "--format", "json")]
    public async Task Verify_JsonOfWrongUsage_IsValid(params string[] args)
    {
        await VerifyAsync(Requests.Ordinary());

        var result = await _work.RunAsync(args);

        Assert.Equal(2, result.ExitCode);
        Assert.Equal("error", Text(result.Json(), "result"));
        Assert.Equal("kmsgw", result.Json().GetProperty("command")[0].GetString());
        Assert.Contains(result.Json().GetProperty("errors")[0].GetString()!, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_JsonOfManySpans_HasThemAll()
    {
        var result = await VerifyAsync([.. Enumerable.Range(1, 500).Select(number => Requests.Compliance(number))]);

        Assert.Equal(500, result.Json().GetProperty("spans").GetArrayLength());
        Assert.Equal("unverifiable", Text(result.Json(), "result"));
    }

    [Fact]
    public async Task Verify_JsonOfHostileName_HasNoControlCharacters()
    {
        var result = await VerifyAsync(Requests.Compliance(name: "\u001b[2J\u202e\u009b"));

        Assert.DoesNotContain(result.Out, character => char.IsControl(character) && character != '\n');
        Assert.DoesNotContain('\u202e', result.Out);
        Assert.Equal("\u001b[2J\u202e\u009b", Text(result.Json().GetProperty("spans")[0], "name"));
    }

    [Fact]
    public async Task Verify_JsonUnderAnotherCulture_IsTheSame()
    {
        var signed = _evidence.Sign(Requests.Compliance(), _key);
        var expected = (await VerifyAsync(signed)).Out;
        var culture = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("")
            {
                NumberFormat = { NumberDecimalSeparator = ",", NegativeSign = "~" },
                DateTimeFormat = { TimeSeparator = "h" },
            };
            Assert.Equal(expected, (await VerifyAsync(signed)).Out);
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    private static IEnumerable<string> Names(JsonElement value) => value.EnumerateObject().Select(member => member.Name);

    private static string? Text(JsonElement parent, string name) => parent.GetProperty(name).GetString();

    private Task<CliResult> VerifyAsync(params string[] lines)
    {
        _work.Write("traces.jsonl", lines);
        _work.Write("trust.json", _evidence.TrustFile());
        return _work.RunAsync("verify", "traces.jsonl", "--trust", "trust.json", "--format", "json");
    }
}
