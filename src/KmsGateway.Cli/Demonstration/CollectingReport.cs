using KmsGateway.Cli.Auditing;

namespace KmsGateway.Cli.Demonstration;

/// <summary>Keeps the verdicts of a small audit.</summary>
internal sealed class CollectingReport : IAuditReport
{
    private readonly List<AuditedSpan> _spans = [];

    public IReadOnlyList<AuditedSpan> Spans => _spans;

    public void Begin(AuditHeader header)
    {
    }

    public void Span(AuditedSpan span) => _spans.Add(span);

    public void End(AuditSummary summary)
    {
    }
}
