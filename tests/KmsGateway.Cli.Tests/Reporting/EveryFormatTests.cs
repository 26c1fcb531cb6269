using KmsGateway.Cli.Tests.Fixtures;
using Xunit;

namespace KmsGateway.Cli.Tests.Reporting;

/// <summary>What holds for a report in whatever form.</summary>
public sealed class EveryFormatTests : IDisposable
{
    private readonly AuditWorkplace _audit = new();

    public static TheoryData<string> Formats => ["text", "json", "junit", "html"];

    public void Dispose() => _audit.Dispose();

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task Verify_SeveralOutcomes_ExitsWithTheFirstOf2And1And4And0(string format)
    {
        var (verified, altered, unsigned, broken) = (_audit.Signed(1), _audit.Altered(2), Requests.Compliance(3), "nonsense");

        Assert.Equal(0, await ExitAsync(format, verified));
        Assert.Equal(4, await ExitAsync(format, verified, unsigned));
        Assert.Equal(1, await ExitAsync(format, unsigned, altered, verified));
        Assert.Equal(1, await ExitAsync(format, altered, unsigned));
        Assert.Equal(2, await ExitAsync(format, unsigned, altered, broken, verified));
        Assert.Equal(2, await ExitAsync(format, broken, verified));
        Assert.Equal(4, await ExitAsync(format, Requests.Ordinary()));
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task Verify_Twice_GivesTheSameBytes(string format)
    {
        string[] lines =
        [
            _audit.Signed(1), _audit.Altered(2), Requests.Compliance(3), "nonsense", Requests.Ordinary(),
            .. Enumerable.Range(10, 50).Select(number => _audit.Altered(number)),
        ];
        _audit.Work.Write("policy.json", AuditWorkplace.Policy());

        var first = await _audit.VerifyAsync(lines, "--format", format, "--policy", "policy.json");
        var second = await _audit.VerifyAsync(lines, "--format", format, "--policy", "policy.json");

        Assert.NotEmpty(first.Out);
        Assert.Equal(first.Out, second.Out);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task Verify_Exception_IsNamedByVerdictIdsAndPlace(string format)
    {
        var result = await _audit.VerifyAsync([_audit.Signed(1), _audit.Altered(2)], "--format", format);

        Assert.Contains("altered:attr", result.Out, StringComparison.Ordinal);
        Assert.Contains(Requests.TraceId, result.Out, StringComparison.Ordinal);
        Assert.Contains(Requests.SpanId(2), result.Out, StringComparison.Ordinal);
        Assert.Contains("traces.jsonl", result.Out, StringComparison.Ordinal);
    }

    private async Task<int> ExitAsync(string format, params string[] lines) =>
        (await _audit.VerifyAsync(lines, "--format", format)).ExitCode;
}
