using System.Text;
using System.Text.Json;
using KmsGateway.Cli.Tests.Fixtures;
using KmsGateway.Cryptography;
using KmsGateway.Evidence.Otlp;
using KmsGateway.Evidence.Signing;
using Xunit;

namespace KmsGateway.Cli.Tests.Reporting;

/// <summary>What reports say of the keys and policies behind the spans.</summary>
public sealed class KeysAndPoliciesTests : IDisposable
{
    private readonly AuditWorkplace _audit = new();

    public static TheoryData<string> FormatsForPeople => ["text", "html"];

    public void Dispose() => _audit.Dispose();

    [Fact]
    public async Task Verify_Json_CountsVerifiedSpansByKey()
    {
        var second = _audit.Evidence.AddKey(2);
        var unused = _audit.Evidence.AddKey(3);
        string[] lines =
        [
            _audit.Signed(1), _audit.Signed(2), _audit.Signed(1), _audit.Altered(3),
            _audit.Evidence.Sign(Requests.Compliance(4), second),
        ];
        _audit.Evidence.Append(
            _audit.Key, EvidenceFixture.Tenant, KeyStatus.Revoked, expires: UnixNanoseconds.From(EvidenceFixture.Start.AddDays(90)),
            reason: KeyEvent.Superseded, revokedAt: UnixNanoseconds.From(EvidenceFixture.Start.AddHours(1)));

        var keys = (await JsonAsync(lines)).GetProperty("keys").EnumerateArray().ToDictionary(key => Text(key, "kid")!);

        Assert.Equal(3, Number(keys[_audit.Key.Kid], "verified"));
        Assert.Equal(1, Number(keys[second.Kid], "verified"));
        Assert.Equal(0, Number(keys[unused.Kid], "verified"));
        var revoked = keys[_audit.Key.Kid];
        Assert.Equal(
            ["kid", "alg", "tenant", "status", "valid_from", "valid_until", "revoked_at", "reason", "verified"],
            revoked.EnumerateObject().Select(member => member.Name));
        Assert.Equal("EdDSA", Text(revoked, "alg"));
        Assert.Equal("revoked", Text(revoked, "status"));
        Assert.Equal("2026-03-04T05:06:06.000000000Z", Text(revoked, "valid_from"));
        Assert.Equal("2026-06-02T05:06:07.000000000Z", Text(revoked, "valid_until"));
        Assert.Equal("2026-03-04T06:06:07.000000000Z", Text(revoked, "revoked_at"));
        Assert.Equal("superseded", Text(revoked, "reason"));
    }

    [Fact]
    public async Task Verify_TenantGiven_ReportsItsKeysOnly()
    {
        var other = _audit.Evidence.AddKey(2, "acme");

        var json = await JsonAsync([_audit.Signed()], "--tenant", "default");

        Assert.DoesNotContain(other.Kid, json.GetProperty("keys").GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_Json_HasPoliciesWithTheirTimes()
    {
        var first = _audit.Signed(1);
        _audit.Evidence.Time.Advance(TimeSpan.FromMinutes(1));
        var narrow = new Coverage(new KeyPatterns(["compliance.*"]), new KeyPatterns(["compliance.*"]));
        var other = _audit.Evidence.Sign(Requests.Compliance(2), _audit.Key, coverage: narrow);
        _audit.Evidence.Time.Advance(TimeSpan.FromMinutes(1));

        var report = await JsonAsync([first, other, _audit.Signed(3), _audit.Altered(4)]);

        var policies = report.GetProperty("policies").EnumerateArray().ToList();
        Assert.Equal(2, policies.Count);
        Assert.Equal(PolicyId.Of(AuditWorkplace.Policy()), Text(policies[0], "pol"));
        Assert.Equal("default", Text(policies[0], "tenant"));
        Assert.Equal("2026-03-04T05:06:07.000000000Z", Text(policies[0], "first"));
        Assert.Equal("2026-03-04T05:08:07.000000000Z", Text(policies[0], "last"));
        Assert.Equal(2, Number(policies[0], "verified"));
        Assert.Equal(1, Number(policies[1], "verified"));
        Assert.Equal(Text(policies[0], "pol"), Text(report.GetProperty("spans")[0], "pol"));
    }

    [Fact]
    public async Task Verify_PolicyDocument_IsTakenIfItsHashFits()
    {
        _audit.Work.Write("policy.json", AuditWorkplace.Policy());
        _audit.Work.Write("other.json", AuditWorkplace.Policy("observe"));

        var report = await JsonAsync([_audit.Signed()], "--policy", "policy.json", "--policy", "other.json");

        Assert.Equal("policy.json", Text(Assert.Single(report.GetProperty("policies").EnumerateArray()), "document"));
        var documents = report.GetProperty("policy_documents").EnumerateArray().ToList();
        Assert.Equal([true, false], documents.Select(document => document.GetProperty("named").GetBoolean()));
        Assert.Equal(["enforce", "observe"], documents.Select(document => Text(document, "mode")));
        Assert.Equal("""["compliance.*"]""", documents[0].GetProperty("rules").GetRawText().Replace("\n", "", StringComparison.Ordinal)
            .Replace(" ", "", StringComparison.Ordinal));
        Assert.Equal("*", documents[0].GetProperty("coverage").GetProperty("attr")[0].GetString());
        Assert.Equal("service.name", documents[0].GetProperty("coverage").GetProperty("res")[1].GetString());
    }

    [Theory]
    [MemberData(nameof(FormatsForPeople))]
    public async Task Verify_PolicyDocuments_AreShownAndTheOthersTold(string format)
    {
        _audit.Work.Write("policy.json", AuditWorkplace.Policy());
        _audit.Work.Write("edited.json", [.. AuditWorkplace.Policy(), (byte)'\n']);

        var result = await _audit.VerifyAsync(
            [_audit.Signed()], "--format", format, "--policy", "policy.json", "--policy", "edited.json");

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("mode enforce", result.Out, StringComparison.Ordinal);
        Assert.Contains("compliance spans by compliance.*", result.Out, StringComparison.Ordinal);
        Assert.Contains("resource attributes covered compliance.*, service.name", result.Out, StringComparison.Ordinal);
        Assert.Contains("edited.json: policy ", result.Out, StringComparison.Ordinal);
        Assert.Contains("which no verified span names", result.Out, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(FormatsForPeople))]
    public async Task Verify_PolicyDocumentOfAlteredSpansOnly_IsNotTaken(string format)
    {
        _audit.Work.Write("policy.json", AuditWorkplace.Policy());

        var result = await _audit.VerifyAsync([_audit.Altered()], "--format", format, "--policy", "policy.json");

        Assert.Contains("which no verified span names", result.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nonsense", "policy policy.json is no policy document")]
    [InlineData("[]", "policy policy.json is no policy document")]
    [InlineData("""{"mode":"enforce"}""", "policy policy.json is no policy document")]
    [InlineData("", "policy policy.json is no policy document")]
    public async Task Verify_PolicyThatIsNone_ExitsTwo(string content, string problem)
    {
        _audit.Work.Write("policy.json", Encoding.UTF8.GetBytes(content));

        var result = await _audit.VerifyAsync([_audit.Signed()], "--policy", "policy.json");

        Assert.Equal(2, result.ExitCode);
        Assert.Empty(result.Out);
        Assert.Contains(problem, result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.Trim().Split('\n'));
    }

    [Fact]
    public async Task Verify_PolicyThatIsGoneOrHuge_SaysSo()
    {
        _audit.Work.Write("huge.json", new byte[(1024 * 1024) + 1]);

        var gone = await _audit.VerifyAsync([_audit.Signed()], "--policy", "gone.json");
        var huge = await _audit.VerifyAsync([_audit.Signed()], "--policy", "huge.json");

        Assert.Equal((2, "kmsgw: policy gone.json: no such file\n"), (gone.ExitCode, gone.Error));
        Assert.Equal(2, huge.ExitCode);
        Assert.Contains("larger than 1 MiB", huge.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_WithoutPolicyDocuments_SaysThatTheyWereNotReadAmongTheChecks()
    {
        _audit.Work.Write("policy.json", AuditWorkplace.Policy());

        var without = (await JsonAsync([_audit.Signed()])).GetProperty("checks");
        var with = (await JsonAsync([_audit.Signed()], "--policy", "policy.json")).GetProperty("checks");

        Assert.Contains("policies: ", without.GetProperty("not_performed").GetRawText(), StringComparison.Ordinal);
        Assert.Contains("policies: ", with.GetProperty("performed").GetRawText(), StringComparison.Ordinal);
    }

    private static string? Text(JsonElement parent, string name) => parent.GetProperty(name).GetString();

    private static long Number(JsonElement parent, string name) => parent.GetProperty(name).GetInt64();

    private async Task<JsonElement> JsonAsync(string[] lines, params string[] options) =>
        (await _audit.VerifyAsync(lines, ["--format", "json", .. options])).Json();
}
