using System.Buffers;

namespace KmsGateway.Evidence.Otlp;

/// <summary>Rented room for the texts and ids of one JSON object: none is longer than its JSON.</summary>
internal readonly ref struct JsonScratch : IDisposable
{
    private readonly byte[] _rented;

    public JsonScratch(ReadOnlySpan<byte> json)
    {
        _rented = ArrayPool<byte>.Shared.Rent(json.Length);
        Bytes = _rented;
    }

    public Span<byte> Bytes { get; }

    public void Dispose() => ArrayPool<byte>.Shared.Return(_rented);
}
