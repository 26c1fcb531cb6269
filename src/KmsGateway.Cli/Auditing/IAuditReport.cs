namespace KmsGateway.Cli.Auditing;

/// <summary>Takes an audit as it goes: nothing of it is kept in memory for the end but counts.</summary>
internal interface IAuditReport
{
    void Begin(AuditHeader header);

    /// <summary>A span that is signed or a compliance span.</summary>
    void Span(AuditedSpan span);

    /// <summary>The end of an input, after its spans. All of them are in the summary, too.</summary>
    void EndInput(AuditInput input)
    {
    }

    void End(AuditSummary summary);
}
