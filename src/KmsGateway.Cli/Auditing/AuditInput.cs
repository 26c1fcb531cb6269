namespace KmsGateway.Cli.Auditing;

/// <summary>An input that was read.</summary>
/// <param name="Path">As it was given.</param>
/// <param name="Sha256">Of the file as it lies on disk; null when it could not be read to its end.</param>
/// <param name="Bytes">Read of it.</param>
/// <param name="Spans">All spans in it.</param>
internal sealed record AuditInput(string Path, string? Sha256, long Bytes, long Spans);
