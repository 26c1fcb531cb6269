namespace KmsGateway.Cli.Auditing;

/// <summary>An input, as far as it was read.</summary>
/// <param name="Path">As it was given.</param>
/// <param name="Sha256">Of the file as it lies on disk; null when it could not be read to its end.</param>
/// <param name="Bytes">Read of it.</param>
/// <param name="Spans">All spans in it.</param>
/// <param name="Error">One line on what could not be read.</param>
internal sealed record AuditInput(string Path, string? Sha256, long Bytes, long Spans, string? Error);
