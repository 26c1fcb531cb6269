using KmsGateway.Cli.Auditing;
using Xunit;

namespace KmsGateway.Cli.Tests.Auditing;

public sealed class AuditProgressTests
{
    private const long MiB = 1024 * 1024;

    [Theory]
    [InlineData(3 * MiB, 12 * MiB, "traces.jsonl: 3 MiB (25 %), 70 spans")]
    [InlineData(13 * MiB, 12 * MiB, "traces.jsonl: 13 MiB (100 %), 70 spans")]
    [InlineData(3 * MiB, null, "traces.jsonl: 3 MiB, 70 spans")]
    [InlineData(0, 0L, "traces.jsonl: 0 MiB, 70 spans")]
    [InlineData(long.MaxValue / 2, long.MaxValue, "traces.jsonl: 4398046511103 MiB (50 %), 70 spans")]
    public void Describe_Position_HasPercentWhereTheSizeIsKnown(long bytes, long? length, string expected) =>
        Assert.Equal(expected, AuditProgress.Describe(new AuditPosition("traces.jsonl", bytes, length, 70)));

    [Fact]
    public void Describe_HostileFileName_IsEscaped() =>
        Assert.StartsWith(@"\u{1B}[2J", AuditProgress.Describe(new AuditPosition("\u001b[2J", 0, null, 0)), StringComparison.Ordinal);
}
