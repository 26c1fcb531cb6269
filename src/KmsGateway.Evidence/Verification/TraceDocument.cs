namespace KmsGateway.Evidence.Verification;

/// <summary>One export request of a stored file.</summary>
/// <param name="Line">The line it begins on, from 1.</param>
/// <param name="Json">The request.</param>
public readonly record struct TraceDocument(long Line, ReadOnlyMemory<byte> Json);
