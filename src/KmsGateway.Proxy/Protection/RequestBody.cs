using CommunityToolkit.HighPerformance.Buffers;

namespace KmsGateway.Proxy.Protection;

/// <summary>A trace request's body: as it came, and as the message it carries.</summary>
internal sealed class RequestBody : IDisposable
{
    private readonly ArrayPoolBufferWriter<byte> _wire;
    private readonly ArrayPoolBufferWriter<byte>? _inflated;

    public RequestBody(ArrayPoolBufferWriter<byte> wire, ReadOnlyMemory<byte> message, ArrayPoolBufferWriter<byte>? inflated)
    {
        _wire = wire;
        _inflated = inflated;
        Message = message;
    }

    /// <summary>The bytes of the client, framed and compressed as the client did it.</summary>
    public ReadOnlyMemory<byte> Wire => _wire.WrittenMemory;

    /// <summary>The OTLP message: without frame, inflated.</summary>
    public ReadOnlyMemory<byte> Message { get; }

    public bool IsCompressed => _inflated is not null;

    public void Dispose()
    {
        _wire.Dispose();
        _inflated?.Dispose();
    }
}
