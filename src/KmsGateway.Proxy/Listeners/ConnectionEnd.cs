namespace KmsGateway.Proxy.Listeners;

/// <summary>A feature of connections: whether this one is to end after the answer.</summary>
internal sealed record ConnectionEnd(CancellationToken Requested);
