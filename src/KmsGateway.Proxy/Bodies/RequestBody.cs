namespace KmsGateway.Proxy.Bodies;

/// <summary>The message that a trace request carries: without frame, inflated, in one piece.</summary>
internal sealed class RequestBody(LeasedBuffer buffer, int start, ContentCoding coding, int sentBytes) : IDisposable
{
    private LeasedBuffer _buffer = buffer;
    private int _start = start;

    public ReadOnlyMemory<byte> Message => _buffer.WrittenMemory[_start..];

    /// <summary>How the client had compressed it.</summary>
    public ContentCoding Coding { get; } = coding;

    /// <summary>How many bytes it was, as sent.</summary>
    public int SentBytes { get; } = sentBytes;

    /// <summary>Another message in the place of the one that came, which is given up.</summary>
    public void Replace(LeasedBuffer message)
    {
        _buffer.Dispose();
        (_buffer, _start) = (message, 0);
    }

    public void Dispose() => _buffer.Dispose();
}
