namespace KmsGateway.Cli.Auditing;

/// <summary>How far an audit is.</summary>
/// <param name="File">The input that is being read.</param>
/// <param name="Bytes">Read of it.</param>
/// <param name="Length">Of the input, where that can be known beforehand.</param>
/// <param name="Spans">Seen in all inputs.</param>
internal sealed record AuditPosition(string File, long Bytes, long? Length, long Spans)
{
    /// <summary>A file that grows while it is read is at its end for long, but never beyond it.</summary>
    public long? Percent => Length is > 0 and { } length ? Math.Min(100, (long)(100.0 * Bytes / length)) : null;
}
