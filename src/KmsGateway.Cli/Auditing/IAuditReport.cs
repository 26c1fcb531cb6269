namespace KmsGateway.Cli.Auditing;

/// <summary>Takes an audit as it goes: nothing of it is kept for the end but counts.</summary>
internal interface IAuditReport
{
    void Begin(AuditHeader header);

    /// <summary>A span that is signed or a compliance span.</summary>
    void Span(AuditedSpan span);

    void End(AuditSummary summary);
}
