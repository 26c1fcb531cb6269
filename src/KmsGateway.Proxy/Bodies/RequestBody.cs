namespace KmsGateway.Proxy.Bodies;

/// <summary>The message that a trace request carries: without frame, inflated, in one piece.</summary>
internal sealed class RequestBody(LeasedBuffer buffer, int start, ContentCoding coding, int sentBytes) : IDisposable
{
    public ReadOnlyMemory<byte> Message => buffer.WrittenMemory[start..];

    /// <summary>How the client had compressed it.</summary>
    public ContentCoding Coding { get; } = coding;

    /// <summary>How many bytes it was, as sent.</summary>
    public int SentBytes { get; } = sentBytes;

    public void Dispose() => buffer.Dispose();
}
