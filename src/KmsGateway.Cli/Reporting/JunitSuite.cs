using KmsGateway.Cli.Auditing;

namespace KmsGateway.Cli.Reporting;

/// <summary>The totals of a suite, which stand before its cases.</summary>
internal sealed class JunitSuite
{
    public string Name { get; set; } = "";

    /// <summary>What the cases were read from; null for what concerns the whole audit.</summary>
    public AuditInput? Input { get; set; }

    public long Tests { get; set; }

    public long Failures { get; set; }

    public long Errors { get; set; }
}
