namespace KmsGateway.Evidence.Verification.Inputs;

/// <summary>Takes one form of file apart into documents.</summary>
internal interface ITraceSource
{
    IAsyncEnumerable<TraceDocument> ReadAsync(CancellationToken cancellationToken);
}
