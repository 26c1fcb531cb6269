using System.Security.Cryptography;

namespace KmsGateway.Keys.Providers;

/// <summary>Secret bytes in an array that the garbage collector cannot copy, zeroed on disposal.</summary>
internal sealed class UnwrappedSecret : IDisposable
{
    private readonly byte[] _bytes;
    private bool _disposed;

    public UnwrappedSecret(int length)
    {
        _bytes = GC.AllocateArray<byte>(length, pinned: true);
    }

    public Span<byte> Bytes
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _bytes;
        }
    }

    public Memory<byte> Memory
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _bytes;
        }
    }

    public void Dispose()
    {
        _disposed = true;
        CryptographicOperations.ZeroMemory(_bytes);
    }

    /// <summary>Never the bytes: this text may end in a log.</summary>
    public override string ToString() => "UnwrappedSecret(redacted)";
}
