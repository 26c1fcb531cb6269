using System.Buffers;
using System.Numerics;

namespace KmsGateway.Proxy.Bodies;

/// <summary>
/// Bytes in one piece, in pooled memory that is paid for before it is taken, and grows as bytes arrive: what a sender declares costs nothing.
/// </summary>
internal sealed class LeasedBuffer(AdmissionLease lease) : IBufferWriter<byte>, IDisposable
{
    private const int FirstSize = 16 * 1024;

    private byte[] _array = [];
    private int _written;

    public int WrittenCount => _written;

    public ReadOnlyMemory<byte> WrittenMemory => _array.AsMemory(0, _written);

    public ReadOnlySpan<byte> WrittenSpan => _array.AsSpan(0, _written);

    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _array.Length - _written);
        _written += count;
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _array.AsMemory(_written);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _array.AsSpan(_written);
    }

    public void Dispose() => Replace([]);

    private void Reserve(int sizeHint)
    {
        var needed = _written + Math.Max(sizeHint, 1);
        if (needed <= _array.Length)
        {
            return;
        }

        // The size that the pool lends, so that what is paid for is what is taken.
        var size = (int)Math.Min(BitOperations.RoundUpToPowerOf2((uint)Math.Max(needed, FirstSize)), (uint)Array.MaxLength);
        lease.Take(size);
        var next = ArrayPool<byte>.Shared.Rent(size);
        WrittenSpan.CopyTo(next);
        Replace(next);
    }

    private void Replace(byte[] next)
    {
        var previous = _array;
        _array = next;
        if (next.Length == 0)
        {
            _written = 0;
        }

        if (previous.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(previous);
            lease.GiveBack(previous.Length);
        }
    }
}
