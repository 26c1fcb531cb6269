using System.Text;
using KmsGateway.Cli.Tests.Fixtures;
using KmsGateway.Cryptography;
using KmsGateway.Evidence.Otlp;
using KmsGateway.Evidence.Signing;
using KmsGateway.Testing.Collector;
using Xunit;

namespace KmsGateway.Cli.Tests.Commands;

public sealed class VerifyCommandTests : IDisposable
{
    private readonly EvidenceFixture _evidence = new();
    private readonly Workplace _work = new();
    private readonly SigningKey _key;

    public VerifyCommandTests()
    {
        _key = _evidence.AddKey(1);
    }

    public void Dispose()
    {
        _work.Dispose();
        _evidence.Dispose();
    }

    [Fact]
    public async Task Verify_SignedSpans_ExitsZero()
    {
        var result = await VerifyAsync([_evidence.Sign(Requests.Compliance(), _key), Requests.Ordinary()]);

        Assert.Equal(0, result.ExitCode);
        Assert.Empty(result.Error);
        Assert.Contains(
            "RESULT: verified - 1 span verified; 1 ordinary, which need no signature (exit 0)", result.Out, StringComparison.Ordinal);
        Assert.Contains("seen     2 spans = 1 verified + 1 ordinary\n", result.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("Exceptions", result.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_ChangedAttribute_NamesSpanAndGroup()
    {
        var signed = _evidence.Sign(Requests.Compliance(7), _key).Replace("250.00", "950.00", StringComparison.Ordinal);

        var result = await VerifyAsync([Requests.Ordinary(), signed]);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains(
            $"altered:attr  \"approve payment\"  trace {Requests.TraceId}  span {Requests.SpanId(7)}  traces.jsonl:2", result.Out,
            StringComparison.Ordinal);
        Assert.Contains("RESULT: integrity-failure - 1 of 1 span did not verify", result.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"name\":\"approve payment\"", "\"name\":\"approve pavment\"", "altered:core")]
    [InlineData("\"scope\":{\"name\":\"tests\"}", "\"scope\":{\"name\":\"toasts\"}", "altered:res")]
    [InlineData("\"kind\":2,", "\"kind\":2,\"events\":[{\"name\":\"late\"}],", "altered:ev")]
    [InlineData("\"kind\":2,", "\"kind\":2,\"links\":[{}],", "altered:lnk")]
    [InlineData("\"kind\":2,", "\"kind\":3,\"links\":[{}],", "altered:core,lnk")]
    [InlineData("kmsgw-span/1", "kmsgw-span/2", "unsupported-version")]
    [InlineData("\"stringValue\":\"collector\"", "\"stringValue\":\"producer\"", "malformed-signature")]
    public async Task Verify_ChangedSpan_GivesVerdict(string from, string to, string verdict)
    {
        var result = await VerifyAsync([_evidence.Sign(Requests.Compliance(), _key).Replace(from, to, StringComparison.Ordinal)]);

        Assert.Equal(verdict == "unsupported-version" ? 4 : 1, result.ExitCode);
        Assert.Contains($"  {verdict}  ", result.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_SignatureOfAnotherSpan_IsBadSignature()
    {
        var one = _evidence.Sign(Requests.Compliance(1), _key);
        var two = _evidence.Sign(Requests.Compliance(2), _key);
        var swapped = one.Replace(ValueOf(one), ValueOf(two), StringComparison.Ordinal);

        var result = await VerifyAsync([swapped]);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("  bad-signature  ", result.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_UnsignedComplianceSpan_ExitsFour()
    {
        var result = await VerifyAsync([_evidence.Sign(Requests.Compliance(1), _key), Requests.Compliance(2)]);

        Assert.Equal(4, result.ExitCode);
        Assert.Contains("  unsigned  ", result.Out, StringComparison.Ordinal);
        Assert.Contains("RESULT: unverifiable - 1 of 2 spans cannot be verified", result.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_MarkedSpan_GivesReason()
    {
        var marked = Requests.Of(Requests.Span(1, "odd", ("compliance.a", "b"), (SignatureAttributes.Error, "duplicate-key")));

        var result = await VerifyAsync([marked]);

        Assert.Equal(4, result.ExitCode);
        Assert.Contains("  unsigned:duplicate-key  ", result.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_KeyNotInChain_ExitsFour()
    {
        var result = await VerifyAsync([_evidence.Sign(Requests.Compliance(), _evidence.NewKey(9))]);

        Assert.Equal(4, result.ExitCode);
        Assert.Contains("  unknown-key  ", result.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_AlteredAndUnsigned_IntegrityWins()
    {
        var altered = _evidence.Sign(Requests.Compliance(1), _key).Replace("250.00", "950.00", StringComparison.Ordinal);

        var result = await VerifyAsync([Requests.Compliance(2), altered, Requests.Compliance(3)]);

        Assert.Equal(1, result.ExitCode);
    }

    [Fact]
    public async Task Verify_CompromisedKey_IsRevoked()
    {
        var signed = _evidence.Sign(Requests.Compliance(), _key);
        _evidence.Append(
            _key, EvidenceFixture.Tenant, KeyStatus.Revoked, reason: KeyEvent.Compromise,
            revokedAt: UnixNanoseconds.From(EvidenceFixture.Start.AddHours(1)));

        var result = await VerifyAsync([signed]);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("  key-revoked  ", result.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_SignedAfterExpiry_IsNotValidAt()
    {
        _evidence.Append(
            _key, EvidenceFixture.Tenant, KeyStatus.Retired, expires: UnixNanoseconds.From(EvidenceFixture.Start.AddMinutes(5)));
        _evidence.Time.Advance(TimeSpan.FromMinutes(6));

        var result = await VerifyAsync([_evidence.Sign(Requests.Compliance(), _key)]);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("  key-not-valid-at  ", result.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_CoverageLessThanAsked_IsInsufficient()
    {
        var coverage = new Coverage(new KeyPatterns(["compliance.*"]), new KeyPatterns(["compliance.*"]));
        var signed = _evidence.Sign(Requests.Compliance(), _key, coverage: coverage);

        Assert.Equal(0, (await VerifyAsync([signed])).ExitCode);
        var result = await VerifyAsync([signed], "--min-coverage", "compliance.*,url.path");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("  insufficient-coverage  ", result.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_SameSpanTwice_IsDuplicateAndConflict()
    {
        var signed = _evidence.Sign(Requests.Compliance(), _key);
        var other = _evidence.Sign(Requests.Compliance(amount: "1 EUR"), _key);

        var result = await VerifyAsync([signed, signed, other]);

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("  duplicate  ", result.Out, StringComparison.Ordinal);
        Assert.Contains("  conflict  ", result.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_AddedAttributeThatIsAllowed_IsVerifiedWithAdditions()
    {
        const string First = """{"key":"compliance.amount",""";
        var added = _evidence.Sign(Requests.Compliance(), _key)
            .Replace(First, """{"key":"k8s.pod","value":{}},""" + First, StringComparison.Ordinal);

        Assert.Equal(1, (await VerifyAsync([added])).ExitCode);
        var result = await VerifyAsync([added], "--allow-added", "k8s.*,host.name");

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("  verified-with-additions  ", result.Out, StringComparison.Ordinal);
        Assert.Contains("left out: \"k8s.pod\"", result.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData()]
    [InlineData("")]
    [InlineData("{}")]
    public async Task Verify_NoSpans_IsNothingToVerify(params string[] lines)
    {
        var result = await VerifyAsync(lines);

        Assert.Equal(4, result.ExitCode);
        Assert.Contains("RESULT: unverifiable - nothing to verify: of 0 spans", result.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_OrdinarySpansOnly_IsNothingToVerify()
    {
        var result = await VerifyAsync([Requests.Ordinary(1), Requests.Ordinary(2)]);

        Assert.Equal(4, result.ExitCode);
        Assert.Contains("nothing to verify: of 2 spans none is signed", result.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_UnpinnedRoot_SaysSoAndHowToPinIt()
    {
        var result = await VerifyAsync([_evidence.Sign(Requests.Compliance(), _key)]);

        Assert.Contains("trust: UNPINNED", result.Out, StringComparison.Ordinal);
        Assert.Contains($"--root {_evidence.Root.Kid}", result.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_PinnedRoot_SaysSo()
    {
        var result = await VerifyAsync([_evidence.Sign(Requests.Compliance(), _key)], "--root", _evidence.Root.Kid);

        Assert.Equal(0, result.ExitCode);
        Assert.Contains($"{_evidence.Root.Kid} pinned", result.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("UNPINNED", result.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_OtherRoot_SaysBoth()
    {
        var result = await VerifyAsync([_evidence.Sign(Requests.Compliance(), _key)], "--root", _key.Kid);

        Assert.Equal(2, result.ExitCode);
        Assert.Empty(result.Out);
        Assert.Contains(_evidence.Root.Kid, result.Error, StringComparison.Ordinal);
        Assert.Contains(_key.Kid, result.Error, StringComparison.Ordinal);
        AssertOneLine(result.Error);
    }

    [Fact]
    public async Task Verify_SeveralTenants_AsksWhichOne()
    {
        var other = _evidence.AddKey(2, "acme");
        string[] lines = [_evidence.Sign(Requests.Compliance(1), _key), _evidence.Sign(Requests.Compliance(2), other, "acme")];

        var unnamed = await VerifyAsync(lines);
        var named = await VerifyAsync(lines, "--tenant", "acme");

        Assert.Equal(2, unnamed.ExitCode);
        Assert.Contains("--tenant acme or default", unnamed.Error, StringComparison.Ordinal);
        Assert.Equal(1, named.ExitCode);
        Assert.Contains("1 verified", named.Out, StringComparison.Ordinal);
        Assert.Contains("  wrong-tenant  ", named.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_TrustFileThatWasChanged_IsRefusedWithReason()
    {
        _work.Write("traces.jsonl", _evidence.Sign(Requests.Compliance(), _key));
        _work.Write("trust.json", System.Text.Encoding.UTF8.GetString(_evidence.TrustFile())
            .Replace("\"status\":\"active\"", "\"status\":\"retired\"", StringComparison.Ordinal));

        var result = await _work.RunAsync("verify", "traces.jsonl", "--trust", "trust.json");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("trust file trust.json is refused: what 'keys' says", result.Error, StringComparison.Ordinal);
        AssertOneLine(result.Error);
    }

    [Fact]
    public async Task Verify_MissingFile_NamesItAndVerifiesTheOthers()
    {
        _work.Write("good.jsonl", _evidence.Sign(Requests.Compliance(), _key));
        _work.Write("trust.json", _evidence.TrustFile());

        var result = await _work.RunAsync("verify", "gone.jsonl", "good.jsonl", "--trust", "trust.json");

        Assert.Equal(2, result.ExitCode);
        Assert.Equal("kmsgw: gone.jsonl: no such file\n", result.Error);
        Assert.Contains(
            "RESULT: error - 1 error: not everything could be read; of what could, 1 of 1 span verified", result.Out,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_Folder_SaysSo()
    {
        _work.Write("trust.json", _evidence.TrustFile());

        var result = await _work.RunAsync("verify", ".", "--trust", "trust.json");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("is a folder", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_BrokenLine_NamesItsNumberAndBeatsIntegrity()
    {
        var altered = _evidence.Sign(Requests.Compliance(), _key).Replace("250.00", "950.00", StringComparison.Ordinal);

        var result = await VerifyAsync([altered, "", "{\"resourceSpans\":", "nonsense", Requests.Ordinary()]);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("traces.jsonl: line 3: not JSON", result.Error, StringComparison.Ordinal);
        Assert.Contains("and 1 more", result.Error, StringComparison.Ordinal);
        Assert.Contains("Give OTLP as JSON or protobuf", result.Error, StringComparison.Ordinal);
        Assert.Contains("altered:attr", result.Out, StringComparison.Ordinal);
        Assert.Contains("1 ordinary", result.Out, StringComparison.Ordinal);
        AssertOneLine(result.Error);
    }

    [Fact]
    public async Task Verify_BrokenFileOfManyLines_NamesTheLine()
    {
        var result = await VerifyAsync(["", "{", "  \"resourceSpans\": [", "  oops", "]}"]);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("traces.jsonl: line 4: not JSON, at byte 3 of the line", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"resourceSpans\":3}", "line 1: JSON, but neither an OTLP trace request nor")]
    [InlineData("{\"resourceSpans\":[],\"resourceSpans\":[]}", "line 1: a JSON object repeats a member")]
    [InlineData("{\"resource_spans\":[]}", "line 1: a JSON member is spelled")]
    public async Task Verify_NotOtlp_SaysWhy(string line, string problem)
    {
        var result = await VerifyAsync([line]);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains(problem, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_WholeFileOverSeveralLines_IsRead()
    {
        var signed = _evidence.Sign(Requests.Compliance(), _key).Replace(",\"kind\"", ",\n\"kind\"", StringComparison.Ordinal);

        Assert.Equal(0, (await VerifyAsync([signed])).ExitCode);
    }

    [Fact]
    public async Task Verify_GzipOnStandardInput_IsRead()
    {
        _work.Write("trust.json", _evidence.TrustFile());

        var result = await _work.RunAsync(
            Gzip.Compress(Encoding.UTF8.GetBytes(_evidence.Sign(Requests.Compliance(), _key))), ["verify", "-", "--trust", "trust.json"]);

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("  -: 1 span", result.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_TruncatedGzip_IsNotTakenForTheWhole()
    {
        var signed = _evidence.Sign(Requests.Compliance(), _key);
        var compressed = Gzip.Compress(Encoding.UTF8.GetBytes($"{signed}\n{Requests.Ordinary()}\n"));
        _work.Write("traces.jsonl.gz", compressed[..^20]);
        _work.Write("trust.json", _evidence.TrustFile());

        var result = await _work.RunAsync("verify", "traces.jsonl.gz", "--trust", "trust.json");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("traces.jsonl.gz", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_StandardInputTwice_IsRefused()
    {
        var result = await _work.RunAsync("verify", "-", "-", "--trust", "trust.json");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("give - once", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--allow-added", "compliance.owner", "overlaps --min-coverage compliance.*")]
    [InlineData("--allow-added", "*", "overlaps --min-coverage compliance.*")]
    [InlineData("--allow-added", "a b", "'a b' is no attribute pattern")]
    [InlineData("--min-coverage", "x*", "'x*' is no attribute pattern")]
    [InlineData("--min-coverage", ",", "names no attribute")]
    [InlineData("--tenant", "a/b", "is no tenant")]
    [InlineData("--root", "abc", "is no thumbprint")]
    [InlineData("--format", "xml", "'xml' not recognized")]
    [InlineData("--min-coverge", "a", "--min-coverge is neither an option of verify nor a file")]
    public async Task Verify_WrongOption_ExitsTwo(string option, string value, string problem)
    {
        var result = await VerifyAsync([Requests.Ordinary()], option, value);

        Assert.Equal(2, result.ExitCode);
        Assert.Empty(result.Out);
        Assert.Contains(problem, result.Error, StringComparison.Ordinal);
        AssertOneLine(result.Error);
    }

    [Fact]
    public async Task Verify_EscapeSequencesInNames_AreEscaped()
    {
        var signed = _evidence.Sign(Requests.Compliance(name: "\u001b[2J\u202egood\r\n\u009b\"\\"), _key)
            .Replace("250.00", "950.00", StringComparison.Ordinal);

        var result = await VerifyAsync([signed]);

        Assert.DoesNotContain('\u001b', result.Out);
        Assert.DoesNotContain('\u009b', result.Out);
        Assert.DoesNotContain('\u202e', result.Out);
        Assert.DoesNotContain('\r', result.Out);
        Assert.Contains("""\u{1B}[2J\u{202E}good\u{D}\u{A}\u{9B}\"\\""", result.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_ManyExceptions_ListsAHundredOfEachKind()
    {
        var altered = _evidence.Sign(Requests.Compliance(500), _key).Replace("250.00", "950.00", StringComparison.Ordinal);
        string[] lines = [.. Enumerable.Range(1, 120).Select(number => Requests.Compliance(number)), altered];

        var capped = await VerifyAsync(lines);
        var verbose = await VerifyAsync(lines, "--verbose");

        Assert.Equal(100, Count(capped.Out, "  unsigned  "));
        Assert.Contains("  altered:attr  ", capped.Out, StringComparison.Ordinal);
        Assert.Contains("... and 20 more spans that cannot be verified; --verbose lists all", capped.Out, StringComparison.Ordinal);
        Assert.Equal(120, Count(verbose.Out, "  unsigned  "));
    }

    [Fact]
    public async Task Verify_AnyOutcome_NeverSaysCompliantAndAlwaysItsLimits()
    {
        foreach (var line in new[] { _evidence.Sign(Requests.Compliance(), _key), Requests.Compliance(), Requests.Ordinary() })
        {
            var result = await VerifyAsync([line]);

            Assert.DoesNotContain("compliant", result.Out, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("OK", result.Out, StringComparison.Ordinal);
            Assert.Contains("completeness: this version has no ledger", result.Out, StringComparison.Ordinal);
            Assert.Contains("does not say that the content is true", result.Out, StringComparison.Ordinal);
        }
    }

    private static int Count(string text, string part) => text.Split(part).Length - 1;

    private static string ValueOf(string signed)
    {
        var start = signed.IndexOf($"{SignatureAttributes.Value}\",\"value\":{{\"stringValue\":\"", StringComparison.Ordinal)
            + SignatureAttributes.Value.Length + "\",\"value\":{\"stringValue\":\"".Length;
        return signed[start..signed.IndexOf('"', start)];
    }

    private static void AssertOneLine(string error) => Assert.Equal(error.Length - 1, error.IndexOf('\n', StringComparison.Ordinal));

    private Task<CliResult> VerifyAsync(string[] lines, params string[] options)
    {
        _work.Write("traces.jsonl", lines);
        _work.Write("trust.json", _evidence.TrustFile());
        return _work.RunAsync(["verify", "traces.jsonl", "--trust", "trust.json", .. options]);
    }
}
